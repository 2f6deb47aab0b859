"""A capture cut into chunks before it runs: as many legs as pay, told from what the store knows.

Runs are discovered by one leg, whatever their number: a wider matrix adds no budget, for its legs share the
token's. The jobs of known runs, and the contents of known artifacts, are cut by ids, each chunk with as many
as the next; the oldest come first, since GitHub deletes them first.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from progressive_capture.lib.capture_values import Asked
from progressive_capture.lib.chunks import MOST_CHUNKS, Chunk, cut_evenly
from progressive_capture.lib.store.contract import Span, Store

JOBS, ARTIFACTS = "workflow_jobs", "artifacts"
RUNS_A_CHUNK = 10_000
"""About what an hour's points of the token of Actions cover: a tenth of a point a run, steps included."""
ARTIFACTS_A_CHUNK = 2_000
"""Two hours' requests of that token: each artifact costs one, and then bytes, which several legs share."""


@dataclass(frozen=True, kw_only=True)
class Work:
    """What is to be cut.

    Attributes:
        kind: of capture.
        repository: OWNER/NAME.
        repository_id: None where the store does not know it yet.
        asked: what a person wants of it.
        job_id: the capture job to go on with.
    """

    kind: str
    repository: str
    repository_id: int | None
    asked: Asked
    job_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class Cut:
    """The chunks, and how many items they have together (None: nobody knows before they are listed)."""

    chunks: list[Chunk]
    items: int | None


def cut_work(work: Work, store: Store, *, run_of_plan: str, size: int | None = None) -> Cut:
    """Cut a capture; asks the store alone.

    Args:
        work: what to do.
        store: knows the runs and artifacts.
        run_of_plan: names this plan: planning again makes other chunks, and running a leg again the same.
        size: so many items a chunk, at most.
    """
    if work.repository_id is None or work.kind not in (JOBS, ARTIFACTS):
        return Cut(chunks=[_whole(work)], items=None)
    if work.kind == ARTIFACTS and (work.asked.name is not None or work.asked.run_id is not None):
        return Cut(chunks=[_whole(work)], items=None)  # few, and not to be told by their ids
    known = _known(work, store, size)
    if len(known.ranges) <= 1:
        return Cut(chunks=[_whole(work)], items=known.items)
    ranges: list[tuple[int | None, int | None]] = [*known.ranges]
    if work.kind == ARTIFACTS:
        ranges.append((known.ranges[-1][1] + 1, None))  # this one lists, for all
    parent = work.job_id or _id_of(f"{work.kind} {work.repository.lower()} {run_of_plan}")
    asked = replace(work.asked, time_range=None, max_items=None).parameters()
    chunks = [
        Chunk(
            kind=work.kind,
            repository=work.repository,
            job_id=_id_of(f"{parent} {run_of_plan} {index}"),
            parent_id=parent,
            index=index,
            count=len(ranges),
            parameters=asked,
            first_id=first,
            last_id=last,
        )
        for index, (first, last) in enumerate(ranges)
    ]
    return Cut(chunks=chunks, items=known.items)


@dataclass(frozen=True, kw_only=True)
class _Known:
    items: int
    ranges: list[tuple[int, int]]


def _known(work: Work, store: Store, size: int | None) -> _Known:
    """What the store knows to be to do, in equal parts."""
    span = Span(
        repository_id=work.repository_id or 0,
        created_from=work.asked.since,
        created_to=work.asked.until,
    )
    if work.kind == JOBS:
        depth = work.asked.depth or "steps"
        total, ids = store.count_ids_to_detail(span, depth=depth), store.ids_to_detail(span, depth=depth)
        size = size or RUNS_A_CHUNK
    else:
        total = store.count_artifacts_to_download(span.repository_id, span)
        ids = store.ids_of_artifacts_to_download(span)
        size = size or ARTIFACTS_A_CHUNK
    wanted = total if work.asked.max_items is None else min(total, work.asked.max_items)
    pieces = min(-(-wanted // size), MOST_CHUNKS if work.kind == JOBS else MOST_CHUNKS - 1)
    return _Known(items=wanted, ranges=list(_cut_newest(ids, total, wanted, pieces)))


def _cut_newest(ids: Iterator[int], total: int, wanted: int, pieces: int) -> Iterator[tuple[int, int]]:
    return cut_evenly(islice(ids, total - wanted, None), total=wanted, pieces=pieces)


def _whole(work: Work) -> Chunk:
    """All of it by one leg, as if nobody had planned."""
    return Chunk(
        kind=work.kind,
        repository=work.repository,
        job_id=work.job_id,
        parameters=work.asked.parameters(),
    )


def _id_of(text: str) -> str:
    """The same text, the same id."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"progressive-capture {text}"))


def as_matrix(chunks: Sequence[Chunk]) -> str:
    """The chunks as a workflow's matrix takes them."""
    return json.dumps([chunk.as_data() for chunk in chunks], separators=(",", ":"), sort_keys=True)
