"""Writes docs/benchmarks.md: a section for each part, of which those that were not measured again stay as they are."""

import datetime
import sys
from pathlib import Path

import machine

ROOT = Path(__file__).resolve().parent.parent
REPORT = ROOT / "docs/benchmarks.md"
NOTES = ROOT / "bench/notes.md"

# In the order of the report.
TITLES = {
    "import": "Import",
    "lookup": "Lookups",
    "search": "Search and counts",
    "console": "Console",
    "ingest": "Ingest",
    "delivery": "Delivery",
    "gateway": "Gateway",
    "selectors": "Selectors",
    "directory": "Directory",
}

HEAD = """# Benchmarks

The last run of each part of `make bench`, as it came out. Each figure stands beside its yardstick, measured in the same run
on the same machine; absolute figures of a shared machine mean little, ratios more.
"""


def write(parts: dict[str, list[tuple]]) -> None:
    """Writes the report with these parts anew."""
    kept = sections(REPORT.read_text()) if REPORT.exists() else {}
    for part, rows in parts.items():
        kept[TITLES[part]] = section(rows)
    texts = [f"## {title}\n\n{kept[title]}\n" for title in TITLES.values() if title in kept]
    notes = [NOTES.read_text()] if NOTES.exists() else []
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text("\n".join([HEAD, *texts, *notes]))
    print("written: docs/benchmarks.md")


def section(rows: list[tuple]) -> str:
    now = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M UTC")
    command = " ".join(["scripts/bench", *sys.argv[1:]])
    lines = [f"- Machine: {machine.description()}", f"- Command: `{command}`", f"- Date: {now}", ""]
    lines += ["| figure | Cairn | yardstick | ratio | goal |", "| --- | --- | --- | --- | --- |"]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def sections(report: str) -> dict[str, str]:
    """The texts of a report by their titles."""
    pieces = (piece.partition("\n") for piece in report.split("\n## ")[1:])
    return {title: text.strip() for title, _, text in pieces}
