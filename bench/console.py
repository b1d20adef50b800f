"""The console in Debian's Chromium, on a server that has the generated events: how soon pages are there, how smoothly they scroll and follow."""

import json
import os
import subprocess
from pathlib import Path

CONSOLE = Path(__file__).resolve().parent.parent / "console"
CHROMIUM = Path("/usr/bin/chromium")


def measure(figures, server, user_name: str, label: str, seconds: float) -> None:
    """Adds the rows. `user_name` is one of many of the events."""
    if not CHROMIUM.exists() or not (CONSOLE / "node_modules/playwright-core").exists():
        print("skipped: the console in a browser; `make test` installs Chromium", flush=True)
        return
    environment = {
        **os.environ, **server.client_environment(), "CAIRN_URL": f"http://{server.address}", "USER_NAME": user_name,
        "FOLLOW_SECONDS": str(max(5, round(seconds))),
    }
    done = subprocess.run(["node", "tests/measure.mjs"], cwd=CONSOLE, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    found = json.loads(done.stdout.splitlines()[-1])
    rows = [
        (f"cold load to the first page of {label}, without typing the key", "coldLoad", 1000),
        ("change of the filter to other rows", "filterChange", 200),
        ("of which the server's part", "serverPart", 30),
        ("slowest frame while 10,000 rows are scrolled", "slowestFrame", None),
        ("longest task while 500 events a second are followed", "longestTask", 100),
        ("behind the last of them", "behind", 1000),
    ]
    for what, name, limit in rows:
        ratio, goal = (None, "") if limit is None else (found[name] / limit, f"≤ {limit:,} ms")
        figures.add(what, found[name], "ms", ratio=ratio, goal=goal)
    frames = found["framesASecond"]
    figures.add("10,000 rows scrolled, 20 with each frame", frames, "frames/s", ratio=frames / 50, goal="≥ 50 /s")
    add_sizes(figures)


def add_sizes(figures) -> None:
    """What the browser fetches, as the build says it."""
    done = subprocess.run(["node", "pack.mjs"], cwd=CONSOLE, check=True, stdout=subprocess.PIPE, text=True)
    for line in done.stdout.splitlines():
        name, size, _, _, limit = line.split()
        if name == "initial" or name == "Events":
            figures.add(f"packed download: {name}", float(size), "KiB", ratio=float(size) / float(limit), goal=f"≤ {limit} KiB")
