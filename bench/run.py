"""Measures Cairn beside its yardsticks and writes docs/benchmarks.md. `make bench` builds what it needs first.

python bench/run.py [--events 1000000] [--also 5000000] [--only import,lookup,search,console,ingest,delivery,gateway,selectors,directory] [--no-peers] [--seconds 10]

The report keeps the figures of parts that are not measured this time.
"""

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import console
import decisions
import delivery
import directory
import gateway
import machine
import peers
import report
import search
from server import ACCESS_KEY_ID, SECRET_ACCESS_KEY, Server
from yardstick import Yardstick

ROOT = Path(__file__).resolve().parent.parent
RELEASE = ROOT / "target/release"
CACHE = ROOT / "target/bench"
START_OF_DATA = 1_767_225_600  # 2026-01-01, where the generator begins


class Figures:
    """The rows of the report: what, Cairn's figure, its yardstick's, and the ratio with its goal."""

    def __init__(self):
        self.parts: dict[str, list[tuple[str, str, str, str, str]]] = {}
        self.rows: list[tuple[str, str, str, str, str]] = []

    def begin(self, part: str) -> None:
        """What comes next belongs to this part."""
        self.rows = self.parts.setdefault(part, [])

    def add(self, what: str, figure: float, unit: str, yardstick: str = "", ratio: float | None = None, goal: str = ""):
        row = (what, f"{figure:,.2f} {unit}" if figure < 100 else f"{figure:,.0f} {unit}", yardstick,
               "" if ratio is None else f"{ratio:.2f}", goal)
        self.rows.append(row)
        print("  ".join(part for part in row if part), flush=True)

    def wrong(self, what: str, found: object, expected: object) -> None:
        """A wrong answer is a failure, however fast it was."""
        self.rows.append((f"WRONG: {what}", str(found), str(expected), "", "must be equal"))
        print(f"WRONG: {what}: {found} instead of {expected}", flush=True)

    def are_right(self) -> bool:
        return not any(row[0].startswith("WRONG") for rows in self.parts.values() for row in rows)


def data_set(events: int) -> Path:
    """The generated tree, made once, with the first records as NDJSON beside it."""
    folder = CACHE / f"data-{events}"
    if not (folder / "MANIFEST.json").exists():
        print(f"generating {events:,} events …", flush=True)
        subprocess.run([RELEASE / "trailgen", "--events", str(events), "--out", folder], check=True)
    return folder


def records_for_load() -> Path:
    path = CACHE / "load.ndjson"
    if not path.exists():
        with tempfile.TemporaryDirectory(dir=CACHE) as scratch:
            command = [RELEASE / "trailgen", "--events", "20000", "--days", "2", "--out", scratch, "--ndjson", path]
            subprocess.run(command, check=True)
    return path


def load(kind: str, address: str, **options: object) -> dict:
    """Runs the load generator."""
    command = [RELEASE / "examples/load", kind, address, "--access-key-id", ACCESS_KEY_ID]
    command += ["--secret-access-key", SECRET_ACCESS_KEY]
    for name, value in options.items():
        command += ["--" + name.replace("_", "-"), str(value)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout)


def measure_import(figures: Figures, server: Server, data: Path, pairs: int) -> None:
    """Imports into `server`, then as often as there are further pairs into fresh ones, in turn with the yardstick."""
    manifest = json.loads((data / "MANIFEST.json").read_text())
    events, tree = manifest["events"], data / "AWSLogs"
    label = f"{events:,} events"
    machine.read_all(tree)
    ours, theirs = [import_once(figures, server, tree, events)], []
    # What goes on in the background must slow neither the yardsticks nor the lookups that follow.
    settling = server.settle()
    for pair in range(pairs):
        if pair > 0:
            ours.append(import_afresh(figures, server.binary, tree, events))
        theirs.append(load_into(figures, "chdb", tree, events))
    rate, peak = statistics.median(rate for rate, _ in ours), max(peak for _, peak in ours)
    spread = f" ({min(rate for rate, _ in ours):,.0f} to {max(rate for rate, _ in ours):,.0f})" if pairs > 1 else ""
    figures.add(f"import of {label}{spread}", rate, "events/s")
    figures.add(f"server's peak memory at the import of {label}", peak, "MiB", goal="≤ 512")
    figures.add(f"files sorted by time after the import of {label}, in the background", settling, "s")
    figures.add("server's peak memory after that", machine.memory_mib(server.process.pid), "MiB", goal="≤ 512")
    if theirs:
        ratio = statistics.median(mine / peer["rate"] for (mine, _), peer in zip(ours, theirs))
        compare_import(figures, label, "chdb", (rate, peak, ratio), theirs, ("≥ 2", "≤ 0.25"))
        duckdb = load_into(figures, "duckdb", tree, events)
        compare_import(figures, label, "duckdb", (rate, peak, rate / duckdb["rate"]), [duckdb], ("≥ 5", ""))
        (CACHE / "duckdb-lookup-ms").write_text(str(duckdb["lookupMs"]))
    check_answers(figures, server, manifest)


def import_once(figures: Figures, server: Server, tree: Path, events: int) -> tuple[float, float]:
    """Events a second, and the server's peak memory in MiB."""
    begin = time.perf_counter()
    command = [server.binary, "import", tree]
    done = subprocess.run(command, env=server.client_environment(), stdout=subprocess.PIPE, text=True)
    seconds = time.perf_counter() - begin
    print(done.stdout, flush=True)
    if done.returncode != 0:
        figures.wrong("exit code of the import", done.returncode, 0)
    return events / seconds, machine.memory_mib(server.process.pid)


def import_afresh(figures: Figures, binary: Path, tree: Path, events: int) -> tuple[float, float]:
    """The same into a server of its own."""
    with tempfile.TemporaryDirectory(dir=CACHE, prefix="server-") as scratch:
        server = Server(binary, Path(scratch) / "data")
        try:
            return import_once(figures, server, tree, events)
        finally:
            server.kill()


def load_into(figures: Figures, name: str, tree: Path, events: int) -> dict:
    """Loads the tree into a peer."""
    with tempfile.TemporaryDirectory(dir=CACHE) as scratch:
        peer = peers.run(name, tree, Path(scratch) / "peer")
    if peer["events"] != events:
        figures.wrong(f"events in {name}", peer["events"], events)
    return peer | {"rate": events / peer["seconds"]}


def compare_import(figures: Figures, label: str, name: str, ours: tuple, theirs: list[dict], goals: tuple) -> None:
    rate, peak, ratio = ours
    their_rate = statistics.median(peer["rate"] for peer in theirs)
    their_peak = statistics.median(peer["peakMiB"] for peer in theirs)
    runs = f"median of {len(theirs)} in turn" if len(theirs) > 1 else "once"
    figures.add(f"import of {label}, against {name}", rate, "events/s", f"{their_rate:,.0f} events/s, {runs}", ratio, goals[0])
    figures.add(f"memory of the import, against {name}", peak, "MiB", f"{their_peak:,.0f} MiB", peak / their_peak, goals[1])


def check_answers(figures: Figures, server: Server, manifest: dict) -> None:
    """A sample of the manifest's exact counts, asked of LookupEvents."""
    for member, key in (("byEventName", "EventName"), ("byUserName", "Username"), ("byLongLivedAccessKeyId", "AccessKeyId")):
        names = [name for name, count in manifest[member].items() if count <= 3000]
        for name in names[:: max(1, len(names) // 3)]:
            found = server.count(key, name, START_OF_DATA)
            if found != manifest[member][name]:
                figures.wrong(f"events with {key} {name}", found, manifest[member][name])
    for event_id in manifest["needleEventIds"][:5]:
        found = server.count("EventId", event_id, START_OF_DATA)
        if found != 1:
            figures.wrong(f"events with EventId {event_id}", found, 1)


def resource_names(server: Server, manifest: dict) -> list[str]:
    """Names of resources of frequent and rare events, as lookups show them."""
    event_names, found = list(manifest["byEventName"]), []
    for name in event_names[:6] + event_names[len(event_names) // 2 : len(event_names) // 2 + 6]:
        parameters = query("EventName", name) | {"MaxResults": 10}
        resources = [one["ResourceName"] for event in server.call("LookupEvents", parameters)["Events"] for one in event["Resources"]]
        found += resources[:1]
    return found


def queries_of(manifest: dict, names: list[str]) -> dict[str, list[dict]]:
    """Lookups by frequent, rare and absent values of each attribute, and the needles on their own."""
    def some(member: str) -> list[str]:
        names = list(manifest[member])
        return [names[0], names[len(names) // 4], names[len(names) // 2], names[-1], "absent-value"]

    values = {
        "EventName": some("byEventName"),
        "Username": some("byUserName"),
        "AccessKeyId": some("byLongLivedAccessKeyId"),
        "EventSource": ["s3.amazonaws.com", "ec2.amazonaws.com", "wafv2.amazonaws.com", "absent.amazonaws.com"],
        "ReadOnly": ["true", "false"],
        "ResourceType": ["AWS::S3::Bucket", "AWS::KMS::Key", "AWS::Absent::Thing"],
        "ResourceName": [*names, "absent-name"],
        "EventId": [*manifest["needleEventIds"][:5], "00000000-0000-4000-8000-000000000000"],
    }
    mixed = [query(key, value) for key, all_values in values.items() for value in all_values]
    return {"mixed": mixed, "needles": [query("EventId", value) for value in manifest["needleEventIds"]]}


def query(key: str, value: str) -> dict:
    attributes = [{"AttributeKey": key, "AttributeValue": value}]
    return {"LookupAttributes": attributes, "MaxResults": 50, "StartTime": START_OF_DATA, "EventCategory": "all"}


def measure_lookups(figures: Figures, server: Server, data: Path, seconds: float) -> None:
    manifest = json.loads((data / "MANIFEST.json").read_text())
    label = f"{manifest['events']:,} events"
    measured = CACHE / "duckdb-lookup-ms"
    duckdb_ms = float(measured.read_text()) if measured.exists() else None
    for name, queries in queries_of(manifest, resource_names(server, manifest)).items():
        path = CACHE / f"queries-{name}.ndjson"
        path.write_text("\n".join(map(json.dumps, queries)))
        options = {"queries": path, "region": "all", "seconds": seconds}
        load("lookup", server.address, connections=1, **{**options, "seconds": 2})
        calm = load("lookup", server.address, connections=1, **options)
        busy = load("lookup", server.address, connections=8, **options)
        if calm["failed"] + busy["failed"]:
            figures.wrong(f"failed lookups ({name}) in {label}", calm["failed"] + busy["failed"], 0)
        p99, goal = calm["p99Us"] / 1000, "≤ 0.1" if name == "mixed" else "≤ 2 ms"
        against = f"{duckdb_ms:.1f} ms (DuckDB's median on Parquet)" if duckdb_ms and name == "mixed" else ""
        ratio = p99 / duckdb_ms if against else None
        figures.add(f"lookup p50, {name}, {label}", calm["p50Us"] / 1000, "ms", goal="≤ 1 ms" if name == "mixed" else "")
        figures.add(f"lookup p99, {name}, {label}", p99, "ms", against, ratio, goal)
        figures.add(f"lookups a second, {name}, {label}", busy["requests"] / busy["seconds"], "/s", goal="≥ 2,000 a core")


def measure_sizes(figures: Figures, server: Server, data: Path) -> None:
    """Stops the server, so that everything is in files, and measures them; then starts it again."""
    manifest = json.loads((data / "MANIFEST.json").read_text())
    server.stop()
    events, parts = manifest["events"], {}
    for path in server.data.rglob("*"):
        if path.is_file():
            part = "/".join(path.relative_to(server.data).parts[:1]) + " *" + path.suffix
            parts[part] = parts.get(part, 0) + path.stat().st_size
    for part, size in sorted(parts.items(), key=lambda item: -item[1])[:6]:
        figures.add(f"on disk: {part}", size / events, "bytes an event")
    store = sum(size for part, size in parts.items() if not part.startswith("journal"))
    packed = manifest["gzipBytes"] / events
    figures.add("on disk without the journal", store / events, "bytes an event", f"{packed:.0f} (gzip files)", store / events / packed, "≤ 1.6")
    server.start()


def measure_restart(figures: Figures, server: Server, label: str) -> None:
    server.kill()
    figures.add(f"ready after kill -9, {label}", server.start(), "s", goal="≤ 2")


def measure_ingest(figures: Figures, server: Server, seconds: float) -> None:
    records = records_for_load()
    median, tail = machine.fdatasync_ms(server.data)
    figures.add("fdatasync of 100 records, p50", median, "ms")
    figures.add("fdatasync of 100 records, p99", tail, "ms")
    run = int(time.time())
    rates = {}
    for per_request, goal in ((100, "≥ 0.3"), (1, "≥ 0.25")):
        options = {"records": records, "per_request": per_request, "seconds": seconds}
        echo = Yardstick("echo")
        yardstick = load("echo", echo.address, **options)
        echo.stop()
        run += 1
        ours = load("ingest", server.address, run=run, **options)
        if ours["failed"]:
            figures.wrong(f"failed requests of {per_request} events", ours["failed"], 0)
        rate, echo_rate = ours["events"] / ours["seconds"], yardstick["events"] / yardstick["seconds"]
        rates[per_request] = ours["requests"] / ours["seconds"]
        figures.add(f"durable ingest, {per_request} event(s) a request", rate, "events/s", f"{echo_rate:,.0f} events/s (echo)", rate / echo_rate, goal)
    run += 1
    half = load("ingest", server.address, run=run, records=records, per_request=100, seconds=seconds, rate=rates[100] / 2)
    p99 = half["p99Us"] / 1000
    figures.add("acknowledgement p99 at half load", p99, "ms", f"{tail:.2f} ms (fdatasync p99)", p99 / tail, "≤ 20")
    figures.add("server's memory at full ingest, peak", machine.memory_mib(server.process.pid), "MiB", goal="≤ 512")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--also", type=int, help="a second, larger set, such as 5000000, to see how figures grow")
    parser.add_argument("--only", default="import,lookup,search,console,ingest,delivery,gateway,selectors,directory")
    parser.add_argument("--users", type=int, default=100_000, help="in the directory")
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--pairs", type=int, default=5, help="measurements in turn with the yardstick's")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--binary", type=Path, default=RELEASE / "cairn")
    arguments = parser.parse_args()
    parts, figures = arguments.only.split(","), Figures()
    CACHE.mkdir(parents=True, exist_ok=True)
    for events in filter(None, (arguments.events, arguments.also)):
        if {"import", "lookup", "search", "console", "ingest"}.intersection(parts):
            measure_history(figures, arguments, parts, events)
    if "delivery" in parts:
        figures.begin("delivery")
        with tempfile.TemporaryDirectory(dir=CACHE, prefix="delivery-") as scratch:
            delivery.measure(figures, arguments.binary, RELEASE / "examples/load", records_for_load(), Path(scratch))
    if "gateway" in parts:
        figures.begin("gateway")
        with tempfile.TemporaryDirectory(dir=CACHE, prefix="gateway-") as scratch:
            seconds, pairs = arguments.seconds, arguments.pairs
            gateway.measure(figures, arguments.binary, RELEASE / "examples/s3_load", Path(scratch), seconds, pairs)
    if "selectors" in parts:
        figures.begin("selectors")
        decisions.measure(figures, RELEASE / "examples/selectors", arguments.seconds)
    if "directory" in parts:
        figures.begin("directory")
        with tempfile.TemporaryDirectory(dir=CACHE, prefix="directory-") as scratch:
            python = ROOT / ".venv/bin/python"
            directory.measure(figures, RELEASE / "examples/directory", python, Path(scratch), (arguments.users, arguments.seconds))
    # An import that only served another part says nothing new of imports.
    report.write({name: rows for name, rows in figures.parts.items() if name in parts})
    return 0 if figures.are_right() else 1


def measure_history(figures: Figures, arguments: argparse.Namespace, parts: list[str], events: int) -> None:
    """Everything that is measured on one server with so many events."""
    scratch = Path(tempfile.mkdtemp(dir=CACHE, prefix="server-"))
    server = Server(arguments.binary, scratch / "data")
    try:
        if {"import", "lookup", "search", "console"}.intersection(parts):
            figures.begin("import")
            data = data_set(events)
            is_compared = not arguments.no_peers and events == arguments.events
            measure_import(figures, server, data, arguments.pairs if is_compared else 0)
        if "lookup" in parts:
            figures.begin("lookup")
            measure_lookups(figures, server, data, arguments.seconds)
        if "console" in parts and events == arguments.events:
            figures.begin("console")
            names = list(json.loads((data / "MANIFEST.json").read_text())["byUserName"])
            console.measure(figures, server, names[len(names) // 4], f"{events:,} events", arguments.seconds)
        if "search" in parts:
            figures.begin("search")
            search.measure(figures, server, json.loads((data / "MANIFEST.json").read_text()), START_OF_DATA)
        if "import" in parts:
            figures.begin("import")
            measure_sizes(figures, server, data)
            measure_restart(figures, server, f"{events:,} events")
        if "ingest" in parts and events == arguments.events:
            figures.begin("ingest")
            measure_ingest(figures, server, arguments.seconds)
    finally:
        if server.process.poll() is None:
            server.stop()
        shutil.rmtree(scratch, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
