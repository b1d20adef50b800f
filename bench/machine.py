"""The machine: what it is, how large a process is, how fast its disk makes bytes durable."""

import os
import platform
import time
from pathlib import Path


def description() -> str:
    """Processor, memory and kernel in one line."""
    text = Path("/proc/cpuinfo").read_text()
    model = next((line.split(":", 1)[1].strip() for line in text.splitlines() if line.startswith("model name")), "?")
    memory = int(Path("/proc/meminfo").read_text().split()[1]) / 2**20
    return f"{os.cpu_count()} cores of {model}, {memory:.0f} GiB, Linux {platform.release()}"


def memory_mib(pid: int, member: str = "VmHWM") -> float:
    """Resident memory of a process: its peak (VmHWM), or now (VmRSS)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(member + ":"):
            return int(line.split()[1]) / 1024
    return float("nan")


def processor_seconds(pid: int) -> float:
    """Processor time that a process has taken, in itself and in the system for it."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def bytes_of(folder: Path) -> int:
    """Bytes of all files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def read_all(folder: Path) -> None:
    """Reads a tree once, so that no side pays for a cold page cache."""
    for path in folder.rglob("*"):
        if path.is_file():
            path.read_bytes()


def percentile(values: list[float], share: float) -> float:
    """The value below which that share of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def fdatasync_ms(folder: Path, size: int = 146_500, count: int = 400) -> tuple[float, float]:
    """Median and 99th percentile of appending `size` bytes and making them durable, in milliseconds."""
    path = folder / "fdatasync-probe"
    record, took = os.urandom(size), []
    handle = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    try:
        for _ in range(count):
            begin = time.perf_counter()
            os.write(handle, record)
            os.fdatasync(handle)
            took.append((time.perf_counter() - begin) * 1000)
    finally:
        os.close(handle)
        path.unlink()
    return percentile(took, 0.5), percentile(took, 0.99)
