"""Measures delivery to SeaweedFS: one trail against gzip alone, many trails against one, and catching up after an outage."""

import gzip
import json
import subprocess
import time
import urllib.request
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import botocore.session
import machine
from botocore.config import Config
from seaweed import SeaweedFs
from server import ACCESS_KEY_ID, SECRET_ACCESS_KEY, Server

BUCKET = "trails"
EVENTS = 1_000_000
TRAILS = 50
# What is gathered for one log file, so that a run has many files and none is tiny.
INTERVAL_SECONDS = 5
# The outage is half a minute instead of an hour: the waits between attempts are as much shorter.
OUTAGE_SECONDS, RETRY_WAIT_SECONDS = 30, 0.5
DELIVERED_WITHIN_SECONDS = 300
EVERYTHING = [
    [{"Field": "eventCategory", "Equals": ["Management"]}],
    *(
        [{"Field": "eventCategory", "Equals": ["Data"]}, {"Field": "resources.type", "Equals": [kind]}]
        for kind in ("AWS::S3::Object", "AWS::Lambda::Function", "AWS::DynamoDB::Table")
    ),
]


class Scene:
    """SeaweedFS with a bucket, and a Cairn whose trails deliver there."""

    def __init__(self, binary: Path, folder: Path):
        folder.mkdir(parents=True)
        self.folder = folder
        self.seaweed = SeaweedFs(folder / "seaweed")
        try:
            self.bucket().create_bucket(Bucket=BUCKET)
            config = folder / "cairn.toml"
            config.write_text(
                f"[delivery]\nlog_interval_seconds = {INTERVAL_SECONDS}\n"
                f"retry_wait_max_seconds = {RETRY_WAIT_SECONDS}\n[limits]\ntrails_per_region_max = {TRAILS}\n"
                f'[[buckets]]\nname = "{BUCKET}"\nendpoint_url = "http://{self.seaweed.address}"\n'
                f'access_key_id = "{ACCESS_KEY_ID}"\nsecret_access_key = "{SECRET_ACCESS_KEY}"\n'
            )
            self.server = Server(binary, folder / "data", "--config", config)
        except BaseException:
            self.seaweed.stop()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.kill()
        self.seaweed.stop()

    def bucket(self):
        """A client of SeaweedFS."""
        options = {"endpoint_url": f"http://{self.seaweed.address}", "region_name": "us-east-1"}
        keys = {"aws_access_key_id": ACCESS_KEY_ID, "aws_secret_access_key": SECRET_ACCESS_KEY}
        config = Config(s3={"addressing_style": "path"})
        return botocore.session.get_session().create_client("s3", config=config, **options, **keys)

    def create_trail(self, name: str, selectors: list) -> None:
        """A multi-Region trail that logs what `selectors`, lists of fields, ask for."""
        trail = {"Name": name, "S3BucketName": BUCKET, "S3KeyPrefix": name, "IsMultiRegionTrail": True}
        self.server.call("CreateTrail", trail, "us-east-1")
        advanced = [{"FieldSelectors": fields} for fields in selectors]
        self.server.call("PutEventSelectors", {"TrailName": name, "AdvancedEventSelectors": advanced}, "us-east-1")
        self.server.call("StartLogging", {"Name": name}, "us-east-1")

    def ingest(self, load: Path, records: Path, events: int, rate: float | None = None) -> int:
        """Sends at least so many live events; gives how many were acknowledged."""
        sent = 0
        while sent < events:
            command = [load, "ingest", self.server.address, "--access-key-id", ACCESS_KEY_ID]
            command += ["--secret-access-key", SECRET_ACCESS_KEY, "--records", records, "--per-request", 100]
            command += ["--run", time.time_ns() % (1 << 31), "--seconds", 5]
            command += ["--rate", rate / 100] if rate else []
            done = json.loads(subprocess.run(list(map(str, command)), stdout=subprocess.PIPE, check=True).stdout)
            if done["failed"]:
                raise RuntimeError(f"{done['failed']} requests failed")
            sent += done["events"]
        return sent

    def gauge(self, name: str) -> float:
        text = urllib.request.urlopen(f"http://{self.server.address}/metrics", timeout=5).read().decode()
        return next((float(line.split()[1]) for line in text.splitlines() if line.startswith(f"{name} ")), 0.0)

    def wait_delivered(self) -> None:
        """Until every event is in the bucket; longer than this is a failure, however busy the machine."""
        end = time.monotonic() + DELIVERED_WITHIN_SECONDS
        while self.gauge("delivery_outbox_files") or self.gauge("delivery_lag_seconds"):
            if time.monotonic() > end:
                raise RuntimeError(f"{self.gauge('delivery_outbox_files'):.0f} files are still not delivered")
            time.sleep(0.05)

    def wait_put(self) -> None:
        """Until no sealed file waits for its bucket."""
        end = time.monotonic() + DELIVERED_WITHIN_SECONDS
        while files := self.gauge("delivery_outbox_files"):
            if time.monotonic() > end:
                raise RuntimeError(f"{files:.0f} files are still not delivered")
            time.sleep(0.02)

    def delivered(self, trail: str) -> int:
        """How many events of `POST /v1/events` the trail's files have."""
        client, count = self.bucket(), 0
        for page in client.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=f"{trail}/AWSLogs/"):
            for listed in page.get("Contents", []):
                if listed["Key"].endswith(".json.gz") and listed["Size"]:
                    content = gzip.decompress(client.get_object(Bucket=BUCKET, Key=listed["Key"])["Body"].read())
                    records = json.loads(content)["Records"]
                    count += sum(not is_of_the_measurement(record) for record in records)
        return count


def is_of_the_measurement(record: dict) -> bool:
    """Whether a request of the measurement itself made the event: one that sent events, or looked them up."""
    source, name = record["eventSource"], record["eventName"]
    return source == "cloudtrail-data.amazonaws.com" or (source == "cloudtrail.amazonaws.com" and name == "LookupEvents")


def measure(figures, binary: Path, load: Path, records: Path, folder: Path) -> None:
    records = asked_for(records, folder / "records.ndjson")
    one_trail(figures, binary, load, records, folder / "one")
    many_trails(figures, binary, load, records, folder)
    catch_up(figures, binary, load, records, folder / "outage")


def asked_for(records: Path, path: Path) -> Path:
    """Those records for which `EVERYTHING` asks, so that each one sent must be found again."""
    kinds = {fields[1]["Equals"][0] for fields in EVERYTHING[1:]}
    kept = []
    for line in records.read_bytes().splitlines(keepends=True):
        record = json.loads(line)
        types = {resource.get("type") for resource in record.get("resources") or []}
        wanted = record["eventCategory"] == "Management" or types & kinds
        if wanted and not is_of_the_measurement(record):
            kept.append(line)
    path.write_bytes(b"".join(kept))
    return path


def one_trail(figures, binary: Path, load: Path, records: Path, folder: Path) -> None:
    """A million events through one trail, from the first request to the last file, ingest included."""
    yardstick = gzip_rate(records)
    with Scene(binary, folder) as scene:
        scene.create_trail("everything", EVERYTHING)
        begin = time.perf_counter()
        events = scene.ingest(load, records, EVENTS)
        ingested = time.perf_counter() - begin
        scene.wait_delivered()
        seconds = time.perf_counter() - begin
        rate, peak = events / seconds, machine.memory_mib(scene.server.process.pid)
        found = scene.delivered("everything")
        # The calls that set the trail up may stand in its files too, and a few that came before do not.
        if not events <= found <= events + 10:
            figures.wrong("events in the files of one trail", found, events)
    figures.add("events of one trail delivered, ingest included", rate, "events/s", f"{yardstick:,.0f} events/s (gzip -6)", rate / yardstick, "≥ 0.6")
    figures.add("ingest of them alone", events / ingested, "events/s")
    figures.add("server's peak memory meanwhile", peak, "MiB", goal="≤ 512")


def gzip_rate(records: Path) -> float:
    """Events a second that gzip level 6 compresses on one core."""
    lines = records.read_bytes().splitlines()
    content, begin = b",".join(lines), time.perf_counter()
    zlib.compress(content, 6)
    return len(lines) / (time.perf_counter() - begin)


def many_trails(figures, binary: Path, load: Path, records: Path, folder: Path) -> None:
    """What the server's processor does for an event with one trail, and with fifty that ask for different things."""
    took = {}
    for count in (1, TRAILS):
        with Scene(binary, folder / f"trails-{count}") as scene:
            for number in range(count):
                scene.create_trail(f"trail-{number:02}", EVERYTHING if count == 1 else some_of(number))
            before = machine.processor_seconds(scene.server.process.pid)
            events = scene.ingest(load, records, EVENTS // 5)
            scene.wait_delivered()
            took[count] = (machine.processor_seconds(scene.server.process.pid) - before) / events * 1e6
    one, many = took[1], took[TRAILS]
    figures.add(f"processor time an event, {TRAILS} trails", many, "µs", f"{one:.0f} µs (one trail)", many / one, "≤ 3")


def some_of(number: int) -> list:
    """Selectors that no other trail has: the data events of one kind whose names begin alike; two have management events."""
    names = "Get Put Delete List Head Batch Query Scan Invoke Update Create Copy Restore Select Upload Abort Complete".split()
    start = {"Field": "eventName", "StartsWith": [names[number // 3]]}
    read_only = {"Field": "readOnly", "Equals": ["true" if number else "false"]}
    return [[*EVERYTHING[1 + number % 3], start], *([[*EVERYTHING[0], read_only]] if number < 2 else [])]


def catch_up(figures, binary: Path, load: Path, records: Path, folder: Path) -> None:
    """The bucket is away while events come at a steady rate; then the files that waited are put."""
    rate = 4_000
    with Scene(binary, folder) as scene:
        scene.create_trail("everything", EVERYTHING)
        queries = folder / "queries.ndjson"
        query = {"LookupAttributes": [{"AttributeKey": "EventName", "AttributeValue": "AssumeRole"}], "MaxResults": 50}
        queries.write_text(json.dumps(query | {"EventCategory": "all"}))
        scene.seaweed.process.send_signal(19)  # SIGSTOP: it takes connections and answers nothing
        events = scene.ingest(load, records, OUTAGE_SECONDS * rate, rate)
        calm = lookups(scene, load, queries)
        # Until the last of them stand in files that wait.
        time.sleep(INTERVAL_SECONDS + 2)
        waiting = scene.gauge("delivery_outbox_files")
        scene.seaweed.process.send_signal(18)
        begin = time.perf_counter()
        with ThreadPoolExecutor(1) as beside:
            looking = beside.submit(lookups, scene, load, queries)
            scene.wait_put()
            seconds = time.perf_counter() - begin
            busy = looking.result()
        scene.wait_delivered()
        found = scene.delivered("everything")
        if not events <= found <= events + 10:
            figures.wrong("events in the files after an outage", found, events)
    figures.add("files that wait at the end of an outage", waiting, "files")
    figures.add("catching up after an outage", events / seconds, "events/s", f"{rate:,} events/s (ingest)", events / seconds / rate, "≥ 5")
    figures.add("lookup p50 meanwhile", busy / 1000, "ms", f"{calm / 1000:.2f} ms (before)", busy / calm, "≤ 1.2")


def lookups(scene: Scene, load: Path, queries: Path) -> float:
    """The median in microseconds, one lookup at a time."""
    command = [load, "lookup", scene.server.address, "--access-key-id", ACCESS_KEY_ID, "--secret-access-key", SECRET_ACCESS_KEY]
    command += ["--queries", queries, "--region", "all", "--connections", 1, "--seconds", 2]
    return json.loads(subprocess.run(list(map(str, command)), stdout=subprocess.PIPE, check=True).stdout)["p50Us"]
