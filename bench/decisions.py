"""How many decisions selectors make in a second of processor time: five selectors, generated events."""

import json
import subprocess
from pathlib import Path

GOAL = 3_000_000


def measure(figures, binary: Path, seconds: float) -> None:
    """Adds a row for each kind of selector, and one that includes reading each event's fields."""
    command = [binary, "--seconds", str(max(1, round(seconds)))]
    found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    for kind in ("advanced", "basic"):
        rate = found[f"{kind}_decisions_per_second"]
        figures.add(f"decisions by five {kind} selectors", rate, "/s", f"{GOAL:,} /s (goal)", rate / GOAL, "≥ 1")
    rate = found["advanced_decisions_per_second_with_reading"]
    figures.add("the same by advanced ones, each event's fields read first", rate, "/s")
