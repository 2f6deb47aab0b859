"""A worker that watches a queue, as a process of its own: `python worker_process.py`.

Its environment names the database and GitHub, as the command's does.
"""

from __future__ import annotations

import os
import sys
from datetime import timedelta

from progressive_capture.kinds import KINDS
from progressive_capture.lib.clock import SystemClock
from progressive_capture.lib.report import PlainProgress
from progressive_capture.lib.settings import read_settings
from queue_manager.inline_worker import InlineWorker


def main() -> int:
    clock = SystemClock()
    progress = PlainProgress(sys.stderr, clock)
    with InlineWorker(read_settings(), os.environ["DATABASE_URL"], KINDS, clock, progress=progress) as worker:
        worked = worker.work(watch=timedelta(seconds=30))
    for status, count in sorted(worked.jobs.items()):
        sys.stdout.write(f"{status.value} {count}\n")
    return worked.exit_code


if __name__ == "__main__":
    sys.exit(main())
