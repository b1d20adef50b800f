"""Searches and counts of Cairn's own API: the first page, the page after a change of the filter, and a dashboard's counts."""

import statistics
import time

PAGE_GOAL_MS = 30
COUNTS_GOAL_MS = 200
ROUNDS = 15


def measure(figures, server, manifest: dict, start: int) -> None:
    """Adds the rows, for a history with the events of `manifest`, which begin at `start`."""
    label = f"{manifest['events']:,} events"
    names = list(manifest["byEventName"])
    frequent, rare = names[0], names[-1]
    test = lambda field, op, *values: {"field": field, "op": op, "values": list(values)}
    failed = {"field": "errorCode", "op": "exists"}
    pages = {
        "search, the first page": {},
        "search, a frequent eventName": {"filter": test("eventName", "equals", frequent)},
        "search, a rare eventName": {"filter": test("eventName", "equals", rare)},
        "search, two names, failed, and not by a service": {"filter": {"and": [
            test("eventName", "equals", frequent, rare), failed, {"not": test("userIdentity.type", "equals", "AWSService")}]}},
        "search, part of a user agent": {"filter": test("userAgent", "contains", "Boto3")},
    }
    for what, body in pages.items():
        compare(figures, server, f"{what}, {label}", ("/v1/search", body), PAGE_GOAL_MS)
    body = {"start": start, "every": 86_400, "by": ["eventName", "eventSource", "userName", "errorCode"], "top": 10}
    compare(figures, server, f"counts by day and by four fields, {label}", ("/v1/counts", body), COUNTS_GOAL_MS)
    last = server.own("/v1/counts", {})["last"]
    body = {"start": last - 86_400, "every": 60, "by": ["eventSource", "userName"]}
    compare(figures, server, f"counts of the last day by minute and two fields, {label}", ("/v1/counts", body), COUNTS_GOAL_MS)
    counted = server.own("/v1/counts", {"by": ["eventName"], "top": 100})
    for group in counted["groups"]["eventName"]:
        expected = manifest["byEventName"].get(group["value"])
        # Calls of this measurement are events, too.
        if expected is not None and not expected <= group["count"] <= expected + 1000:
            figures.wrong(f"counted events with eventName {group['value']}", group["count"], expected)


def compare(figures, server, what: str, call: tuple[str, dict], goal: int) -> None:
    """Adds the first time, which reads from disk, and the median of later ones against the goal."""
    path, body = call
    took = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        server.own(path, body)
        took.append((time.perf_counter() - begin) * 1000)
    median = statistics.median(took[1:])
    figures.add(what, median, "ms", f"{took[0]:.1f} ms (the first time)", median / goal, f"≤ 1 ({goal} ms)")
