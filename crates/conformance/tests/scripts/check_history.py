"""Every acknowledged line of the named file must be in the event history exactly once, and no event twice."""

import collections
import sys

import history

times = collections.Counter()
for record in history.events():
    times[f"event {record['eventID']}"] += 1
    times[f"request {record.get('requestID')}"] += 1

lines = open(sys.argv[1], encoding="ascii").read().splitlines()
lost = [line for line in lines if not times[line]]
doubled = [id for id, count in times.items() if id.startswith("event ") and count > 1]
if lost or doubled:
    sys.exit(f"lost {len(lost)}: {lost[:5]}; doubled {len(doubled)}: {doubled[:5]}")
print(f"{len(lines)} acknowledged, each there once")
