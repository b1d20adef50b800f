"""Prints how many events the history holds that others brought, and how many ids these have."""

import history

ids = [record["eventID"] for record in history.events(EventCategory="all") if not history.is_own(record)]
print(f"{len(ids)} events, {len(set(ids))} ids")
