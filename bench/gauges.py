"""What the kernel says of a process: processor time and the most memory it ever had (proc(5))."""

import os
import platform
from pathlib import Path

import psycopg

_TICK = os.sysconf("SC_CLK_TCK")
_USER, _SYSTEM = 11, 12  # fields of /proc/PID/stat after the name


def processor_seconds(pid: int) -> float:
    """Return the processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[_USER]) + int(fields[_SYSTEM])) / _TICK


def peak_memory(pid: int) -> float:
    """Return the largest resident set that a process ever had, in MiB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    (peak,) = (line for line in lines if line.startswith("VmHWM:"))
    return int(peak.split()[1]) / 1024


def machine(server: str) -> dict[str, object]:
    """Return the facts without which figures mean nothing."""
    with psycopg.connect(server) as connection:
        version = connection.info.server_version // 10_000
    return {
        "processors": len(os.sched_getaffinity(0)),
        "load_before": load(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "python": platform.python_version(),
        "postgresql": version,
    }


def load() -> float:
    """Return how many processes wanted a processor in the last minute: other people's work disturbs."""
    return round(os.getloadavg()[0], 2)
