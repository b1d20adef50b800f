"""Measures a gateway in front of SeaweedFS, in turn with the same calls made to SeaweedFS directly."""

import contextlib
import json
import statistics
import subprocess
import threading
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import machine
from seaweed import SeaweedFs
from server import ACCESS_KEY_ID, SECRET_ACCESS_KEY, Server, free_address
from yardstick import Yardstick

OBJECT_BYTES = 1024
# What a relay computes for a call, so that with its sockets it takes about as long as a gateway may.
COMPUTING_US = 60
KEYS = 256
CONNECTIONS = 16
LARGE_BYTES = 1 << 30
LARGE_PAIRS_MAX = 3
STREAMS = 1000
STREAM_BYTES = 2 << 20

# What the time of a call is made of: the name in the report, and the `part` of the metric.
PARTS = {
    "reading the head, naming the call": "recognition",
    "intent: its event, durable": "intent",
    "the upstream, over loopback": "upstream",
    "reading the answer, the end's event": "conclusion",
    "end: durable or handed to the journal": "end",
}


class Scene:
    """SeaweedFS, and a Cairn with a gateway in front of it."""

    def __init__(self, binary: Path, load: Path, folder: Path):
        self.load_binary, address = load, free_address()
        self.seaweed = SeaweedFs(folder / "seaweed")
        try:
            config = folder / "cairn.toml"
            config.write_text(
                f'[[capture]]\nlisten = "{address}"\nupstream = "http://{self.seaweed.address}"\n'
                f'[[capture.identities]]\naccess_key_id = "{ACCESS_KEY_ID}"\nuser_name = "bench"\n'
            )
            self.server = Server(binary, folder / "data", "--config", config)
        except BaseException:
            self.seaweed.stop()
            raise

        # Where calls go through, and the process that passes them on.
        self.gateway = (address, self.server.process)

    @contextlib.contextmanager
    def relayed(self, computing_us: int) -> Iterator[None]:
        """As long as this lasts, a relay that records nothing stands in the gateway's place."""
        relay, gateway = Yardstick("relay", self.seaweed.address, computing_us), self.gateway
        self.gateway = (relay.address, relay.process)
        try:
            yield
        finally:
            self.gateway = gateway
            relay.stop()

    def stop(self) -> None:
        try:
            self.server.stop()
        finally:
            self.seaweed.stop()

    def load(self, kind: str, is_through: bool, **options: object) -> dict:
        """Runs the load generator through the gateway, or what stands in its place, or past it, with the processor time that both servers took."""
        gateway, process = self.gateway
        command = [self.load_binary, kind, gateway if is_through else self.seaweed.address]
        command += ["--access-key-id", ACCESS_KEY_ID, "--secret-access-key", SECRET_ACCESS_KEY]
        for name, value in options.items():
            command += ["--" + name.replace("_", "-"), str(value)]
        pids = {"gateway": process.pid, "upstream": self.seaweed.process.pid}
        before = {name: machine.processor_seconds(pid) for name, pid in pids.items()}
        done = subprocess.run(list(map(str, command)), stdout=subprocess.PIPE, text=True, check=True)
        took = {name: machine.processor_seconds(pid) - before[name] for name, pid in pids.items()}
        return json.loads(done.stdout) | {"processor": took}

    def pairs(self, count: int, kind: str, **options: object) -> list[tuple[dict, dict]]:
        """Measurements through and past the gateway, in turn, so that a slow minute of the machine meets both."""
        found = []
        for number in range(count):
            order = [True, False] if number % 2 == 0 else [False, True]
            one = {is_through: self.load(kind, is_through, **options) for is_through in order}
            found.append((one[True], one[False]))
        return found


def measure(figures, binary: Path, load: Path, folder: Path, seconds: float, pairs: int) -> None:
    scene = Scene(binary, load, folder / "calls")
    try:
        scene.load("make", False, keys=KEYS, bytes=OBJECT_BYTES)
        for kind in ("get", "put"):
            measure_rate(figures, scene, kind, seconds, pairs)
        measure_limits(figures, scene, seconds, pairs)
        for kind in ("get", "put"):
            measure_latency(figures, scene, kind, seconds, pairs)
        for kind in ("upload", "download"):
            measure_large(figures, scene, kind, min(pairs, LARGE_PAIRS_MAX))
        check_events(figures, scene)
    finally:
        scene.stop()
    scene = Scene(binary, load, folder / "streams")
    try:
        measure_streams(figures, scene, seconds)
    finally:
        scene.stop()


def verdict(value: float, goal: str, limit: float, is_most: bool) -> str:
    is_reached = value <= limit if is_most else value >= limit
    return f"{goal}: {'reached' if is_reached else 'missed'}"


def no_failures(figures, what: str, measured: list[tuple[dict, dict]]) -> None:
    failed = sum(one["failed"] for pair in measured for one in pair)
    if failed:
        figures.wrong(f"failed requests of {what}", failed, 0)


def spread(values: list[float], form: str) -> str:
    return f" ({min(values):{form}} to {max(values):{form}})" if len(values) > 1 else ""


def measure_rate(figures, scene: Scene, kind: str, seconds: float, pairs: int) -> None:
    """Requests a second with some at once, and what each costs."""
    measured = many_at_once(figures, scene, kind, seconds, pairs)
    what = f"gateway: {kind.upper()} of {OBJECT_BYTES:,} bytes, {CONNECTIONS} at once"
    add_rate(figures, what, measured, ("requests", 1, "/s"), lambda ratio: verdict(ratio, "≥ 0.65", 0.65, False))
    costs, others = processor_us(measured, "gateway"), processor_us(measured, "upstream")
    cost = statistics.median(costs)
    beside = f"{statistics.median(others):,.0f} µs (SeaweedFS)"
    figures.add(f"gateway: Cairn's processor time, {kind.upper()}{spread(costs, '.0f')}", cost, "µs", beside, None, verdict(cost, "≤ 80 µs", 80, True))


def measure_limits(figures, scene: Scene, seconds: float, pairs: int) -> None:
    """What a relay leaves of the rate that records nothing, by itself and with the processor time that a gateway may take."""
    for computing_us in (0, COMPUTING_US):
        with scene.relayed(computing_us):
            measured = many_at_once(figures, scene, "get", seconds, pairs)
        cost = statistics.median(processor_us(measured, "gateway"))
        add_rate(figures, f"the limit: the same GETs through a relay that takes {cost:.0f} µs and records nothing", measured, ("requests", 1, "/s"))


def many_at_once(figures, scene: Scene, kind: str, seconds: float, pairs: int) -> list[tuple[dict, dict]]:
    for is_through in (True, False):
        scene.load(kind, is_through, keys=KEYS, bytes=OBJECT_BYTES, connections=CONNECTIONS, seconds=1)
    measured = scene.pairs(pairs, kind, keys=KEYS, bytes=OBJECT_BYTES, connections=CONNECTIONS, seconds=seconds)
    no_failures(figures, f"{kind}s at once", measured)
    return measured


def add_rate(
    figures, what: str, measured: list[tuple[dict, dict]], of: tuple[str, int, str], judge: Callable[[float], str] = lambda _: ""
) -> None:
    """The median rate of what is counted, in so many of it, and its ratio to the direct one."""
    counted, divisor, unit = of
    rates = [[one[counted] / divisor / one["seconds"] for one in pair] for pair in measured]
    ratios = [through / direct for through, direct in rates]
    through, direct = (statistics.median(pair[at] for pair in rates) for at in (0, 1))
    ratio = statistics.median(ratios)
    figures.add(f"{what}{spread(ratios, '.2f')}", through, unit, f"{direct:,.0f} {unit} (direct)", ratio, judge(ratio))


def processor_us(measured: list[tuple[dict, dict]], server: str) -> list[float]:
    """The processor time of a request that goes through, in the gateway or the upstream."""
    return [one["processor"][server] / one["requests"] * 1e6 for one, _ in measured]


def measure_latency(figures, scene: Scene, kind: str, seconds: float, pairs: int) -> None:
    """What a call takes longer when there is one at a time, and where that time goes."""
    before = part_microseconds(scene)
    measured = scene.pairs(pairs, kind, keys=KEYS, bytes=OBJECT_BYTES, connections=1, seconds=seconds)
    after = part_microseconds(scene)
    no_failures(figures, f"single {kind}s", measured)
    for name, goal, limit in (("p50Us", "≤ 1 ms", 1.0), ("p99Us", "≤ 5 ms", 5.0)):
        added = [(through[name] - direct[name]) / 1000 for through, direct in measured]
        direct = statistics.median(direct[name] for _, direct in measured) / 1000
        value = statistics.median(added)
        what = f"gateway: added to {name.removesuffix('Us')} of a {kind.upper()}, one at a time{spread(added, '.2f')}"
        figures.add(what, value, "ms", f"{direct:.2f} ms (direct)", None, verdict(value, goal, limit, True))
    through, direct = mean_us(one for one, _ in measured), mean_us(one for _, one in measured)
    calls = sum(one["requests"] for one, _ in measured)
    took = {label: (after[part] - before[part]) / calls for label, part in PARTS.items()}
    took["HTTP with the client, tasks, the client itself"] = through - sum(took.values())
    for label, part in took.items():
        beside = f"{direct:,.0f} µs (direct, with its client)" if PARTS.get(label) == "upstream" else ""
        figures.add(f"part of a {kind.upper()}'s mean {through:,.0f} µs: {label}", part, "µs", beside)


def mean_us(measured: Iterable[dict]) -> float:
    """The mean latency of all requests of several measurements."""
    each = [(one["meanUs"], one["requests"]) for one in measured]
    return sum(mean * requests for mean, requests in each) / sum(requests for _, requests in each)


def metrics(scene: Scene) -> list[tuple[str, float]]:
    """Each of the server's metrics with its labels, and its value."""
    text = urllib.request.urlopen(f"http://{scene.server.address}/metrics", timeout=10).read().decode()
    lines = (line.rpartition(" ") for line in text.splitlines() if line and not line.startswith("#"))
    return [(name, float(value)) for name, _, value in lines]


def part_microseconds(scene: Scene) -> dict[str, float]:
    """What each part of all calls took so far."""
    found = dict.fromkeys(PARTS.values(), 0.0)
    for name, value in metrics(scene):
        for part in found:
            if name.startswith("cairn_capture_part_microseconds_total{") and f'part="{part}"' in name:
                found[part] += value
    return found


def measure_large(figures, scene: Scene, kind: str, pairs: int) -> None:
    """One body of a gigabyte."""
    measured = scene.pairs(pairs, kind, bytes=LARGE_BYTES)
    what = f"gateway: {kind} of {LARGE_BYTES >> 20:,} MiB"
    no_failures(figures, what, measured)
    add_rate(figures, what, measured, ("bytes", 2**20, "MiB/s"), lambda ratio: verdict(ratio, "≥ 0.75", 0.75, False))
    cost = statistics.median(one["processor"]["gateway"] for one, _ in measured)
    others = statistics.median(one["processor"]["upstream"] for one, _ in measured)
    figures.add(f"gateway: Cairn's processor time of the {kind}", cost, "s", f"{others:,.2f} s (SeaweedFS)")


def check_events(figures, scene: Scene) -> None:
    """Every intent has its end."""
    still_open = sum(value for name, value in metrics(scene) if name.startswith("cairn_capture_open_calls{"))
    if still_open:
        figures.wrong("calls without an end", still_open, 0)


def measure_streams(figures, scene: Scene, seconds: float) -> None:
    """Memory while many slow bodies are under way, half of them upwards."""
    scene.load("make", False, keys=1, bytes=STREAM_BYTES)
    scene.load("get", True, keys=1, bytes=STREAM_BYTES, connections=2, seconds=1)
    pid, span = scene.server.process.pid, max(seconds, 8)
    idle = machine.memory_mib(pid, "VmRSS")
    samples, is_over = [], threading.Event()

    def watch() -> None:
        while not is_over.wait(0.05):
            samples.append(machine.memory_mib(pid, "VmRSS"))

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        measured = scene.load("streams", True, bytes=STREAM_BYTES, connections=STREAMS, seconds=span)
    finally:
        is_over.set()
        watching.join()
    no_failures(figures, "slow streams", [(measured,)])
    grown = max(samples) - idle
    figures.add(f"gateway: memory above the idle server's {idle:.0f} MiB over {STREAMS:,} slow streams", grown, "MiB", "", None, verdict(grown, "≤ 64", 64, True))
