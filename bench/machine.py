"""Facts of the machine and CPU time of processes, so that figures can be judged."""

import os
import platform
import time
from pathlib import Path
from tempfile import NamedTemporaryFile

_TICKS = os.sysconf("SC_CLK_TCK")


def facts() -> dict[str, object]:
    """Return cores, model, memory, kernel, Python, load and the cost of one fsync."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "cores": os.cpu_count(),
        "cpu": _cpu_model(),
        "memory_gib": round(memory / 2**30, 1),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "load_1m": os.getloadavg()[0],
        "fsync_ms": _fsync_ms(),
    }


def _cpu_model() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor()


def _fsync_ms(tries: int = 50) -> float:
    with NamedTemporaryFile() as file:
        start = time.perf_counter()
        for _ in range(tries):
            file.write(b"x" * 4096)
            file.flush()
            os.fsync(file.fileno())
        return round((time.perf_counter() - start) * 1000 / tries, 3)


def cpu_seconds(pid: int) -> float:
    """Return user and system CPU time of a process, its waited-for children left out."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def tree_cpu_seconds(root: int) -> float:
    """Return CPU time of a process and of all that live below it now."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text(encoding="ascii")
            except OSError:  # it ended while we looked
                continue
            parent = int(stat.rsplit(")", 1)[1].split()[1])
            children.setdefault(parent, []).append(int(entry.name))
    total, queue = 0.0, [root]
    while queue:
        pid = queue.pop()
        queue.extend(children.get(pid, ()))
        try:
            total += cpu_seconds(pid)
        except OSError:
            continue
    return total


def server_cpu_seconds(postmaster: int) -> float:
    """Return CPU time of a server's processes, those that have ended since its start included."""
    stat = Path(f"/proc/{postmaster}/stat").read_text(encoding="ascii")
    fields = stat.rsplit(")", 1)[1].split()
    ended_s = (int(fields[13]) + int(fields[14])) / _TICKS
    return tree_cpu_seconds(postmaster) + ended_s


def percentile_ms(latencies_ns: list[int], share: float) -> float:
    """Return the latency below which this share of the calls ended, in milliseconds."""
    ordered = sorted(latencies_ns)
    position = min(len(ordered) - 1, int(len(ordered) * share))
    return round(ordered[position] / 1e6, 2)
