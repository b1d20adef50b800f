"""Prints how many calls the history holds that were refused with the code given."""

import sys

import history

print(sum(1 for record in history.events(EventCategory="all") if record.get("errorCode") == sys.argv[1]))
