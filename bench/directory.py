"""The directory: signatures verified, decisions of policies, the start with many users; each beside a yardstick of its run."""

import json
import sqlite3
import subprocess
import time
from pathlib import Path

VERIFICATIONS_GOAL = 150_000
DECISIONS_GOAL = 500_000


def measure(figures, binary: Path, python: Path, scratch: Path, sizes: tuple[int, float]) -> None:
    """Adds the rows. `python` has moto, whose evaluator of policies is asked the like; `sizes` are users and seconds."""
    users, seconds = sizes
    command = [binary, "--seconds", str(max(1, round(seconds))), "--users", str(users), "--folder", scratch]
    found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    rate, hashes = found["verifications_per_second"], found["hashes_of_the_same_bytes_per_second"]
    figures.add("SigV4 verifications with a derived key that is kept, one core", rate, "/s",
                f"{hashes:,} /s (SHA-256 of the same bytes)", rate / VERIFICATIONS_GOAL, f"≥ 1 ({VERIFICATIONS_GOAL:,} /s)")
    if found["allowed_in_ten"] != 5:
        figures.wrong("questions in ten that are allowed", found["allowed_in_ten"], 5)
    rate, peer = found["decisions_per_second"], moto_decisions(python)
    figures.add("decisions by 10 policies of 5 statements, one core", rate, "/s",
                f"{peer:,.0f} /s (moto's evaluator)", rate / DECISIONS_GOAL, f"≥ 1 ({DECISIONS_GOAL:,} /s)")
    plain = read_rows(scratch / "iam.sqlite")
    figures.add(f"start with {users:,} users and {2 * users:,} keys", found["load_seconds"], "s",
                f"{plain:.2f} s (sqlite3 and json of Python, the same rows)", found["load_seconds"] / plain, "≤ 2 s")
    figures.add("look-up of a key among them", found["key_look_up_nanoseconds"] / 1000, "µs", goal="≤ 5 µs")


def read_rows(path: Path) -> float:
    """Seconds to read the same rows, opening no secret."""
    begin = time.perf_counter()
    with sqlite3.connect(path) as database:
        for (document,) in database.execute("SELECT document FROM documents"):
            json.loads(document)
    return time.perf_counter() - begin


def moto_decisions(python: Path) -> float:
    """Decisions a second by moto's evaluator, about ten such policies without conditions, which it does not know."""
    done = subprocess.run([python, Path(__file__).with_name("moto_decisions.py")], check=True, capture_output=True, text=True)
    return float(done.stdout)
