"""What `leg` does between its options and its exit code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from progressive_capture.lib.assembly import Options
from progressive_capture.lib.capture_command import options_of, own_repository
from progressive_capture.lib.chunks import Chunk
from progressive_capture.lib.clock import Clock, SystemClock
from progressive_capture.lib.command_line import not_outvoted
from progressive_capture.lib.errors import ConfigurationError
from progressive_capture.lib.identify import checked_name
from progressive_capture.lib.leg_database import Leg
from progressive_capture.lib.leg_running import LegRunner, asked_of
from progressive_capture.lib.process_memory import return_large_blocks
from progressive_capture.lib.report import printable
from progressive_capture.lib.running import CaptureKind
from progressive_capture.lib.settings import Settings, read_settings


def run_legs(
    every_kind: Mapping[str, CaptureKind],
    kinds: Sequence[str],
    repositories: Sequence[str],
    *,
    chunk: str | None,
    folder: str,
    database: str | None,
    repository_id: int | None,
    time_budget: timedelta | None,
    parallel: int,
    clock: Clock | None = None,
    **chosen: Any,
) -> int:
    """Run the legs that the options say, and return the exit code.

    Args:
        every_kind: captures by kind.
        kinds: those of the main job, in order.
        repositories: OWNER/NAME; the one that the settings name where there is none.
        chunk: of a plan, as JSON.
        folder: where to leave what was captured.
        database: None: the shelf keeps it.
        repository_id: refuse a repository with another.
        time_budget: for all together.
        parallel: how many legs share the token at once.
        clock: the machine's own, unless a rehearsal brings another.
        chosen: the other options of a capture.
    """
    return_large_blocks()
    settings, clock = read_settings(), clock or SystemClock()
    options = options_of(
        now=clock.now(), database=database or "", time_budget=time_budget, **not_outvoted(chosen)
    )
    options = replace(options, parallel=parallel)
    if chunk is None:
        legs = _main_job(settings, options, kinds, repositories, repository_id)
    else:
        legs = [_of_a_plan(Chunk.parse(chunk), every_kind, repository_id, clock)]
    runner = LegRunner(settings, clock, every_kind, options, database=database, root=Path(folder))
    return runner.run(legs)


def _main_job(
    settings: Settings,
    options: Options,
    kinds: Sequence[str],
    repositories: Sequence[str],
    repository_id: int | None,
) -> list[Leg]:
    once = {name.lower(): name for name in map(checked_name, repositories)}
    names = list(once.values()) or [own_repository(settings)]
    return [
        Leg(repository=name, repository_id=repository_id, kinds=tuple(kinds), asked=options.asked)
        for name in names
    ]


def _of_a_plan(
    chunk: Chunk, every_kind: Mapping[str, CaptureKind], repository_id: int | None, clock: Clock
) -> Leg:
    if chunk.kind not in every_kind:
        raise ConfigurationError(
            f"There is no capture of the kind {printable(chunk.kind, 40)!r}.",
            hint=f"Kinds are: {', '.join(every_kind)}",
        )
    return Leg(
        repository=checked_name(chunk.repository),
        repository_id=repository_id,
        kinds=(chunk.kind,),
        asked=asked_of(chunk, now=clock.now()),
        chunk=chunk,
    )
