"""Who holds a capture job: a name that tells, on the same host, whether its process still lives."""

from __future__ import annotations

import os
import secrets
import socket
from pathlib import Path


def own_identity() -> str:
    """`host/process/started/nonce` of this process: the nonce tells two workers of one process apart."""
    process = os.getpid()
    return f"{_host()}/{process}/{_started(process)}/{secrets.token_hex(4)}"


def is_surely_dead(identity: str) -> bool:
    """Whether the process ran on this host and is gone. Of another host nothing is known: False."""
    parts = identity.split("/")
    if len(parts) != 4 or parts[0] != _host() or not parts[1].isdecimal():  # noqa: PLR2004
        return False
    process = int(parts[1])
    return not _is_running(process) or _started(process) != parts[2]


def _host() -> str:
    """This boot of this machine, as these processes see it: machines of one image share their names."""
    return f"{socket.gethostname()}-{_boot()}-{_process_space()}"


def _boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()[:8]
    except OSError:
        return "unknown"


def _process_space() -> str:
    """Process numbers count anew in every container."""
    try:
        return "".join(filter(str.isdecimal, str(Path("/proc/self/ns/pid").readlink())))
    except OSError:
        return "unknown"


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return not _stat(process).startswith("Z")


def _started(process: int) -> str:
    """The kernel's start time, so that a process number given out again is not taken for the old one."""
    fields = _stat(process).split()
    return fields[19] if len(fields) > 19 else "unknown"  # noqa: PLR2004  (proc(5): field 22, counted after the name)


def _stat(process: int) -> str:
    """`/proc/PID/stat` after the command's name, which may hold anything; empty where there is none."""
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace").rpartition(") ")[2]
    except OSError:
        return ""
