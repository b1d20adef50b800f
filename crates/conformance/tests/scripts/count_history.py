"""Prints how many events the history holds; with --imported those that the tests' own calls did not make."""

import sys

import history

imported_only = "--imported" in sys.argv
print(sum(1 for record in history.events(EventCategory="all") if not (imported_only and history.is_own(record))))
