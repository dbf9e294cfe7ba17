"""The most memory that a process has taken."""

from __future__ import annotations

import re
from pathlib import Path


def peak_mb() -> float:
    """Of this process so far, in MB; Linux only.

    Not `getrusage`, which tells a process the peak of the one that started it where that was the larger.
    """
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    found = re.search(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)
    if found is None:
        raise OSError("/proc/self/status has no VmHWM")
    return int(found[1]) / 1024
