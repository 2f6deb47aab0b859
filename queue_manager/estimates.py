"""What a request will cost, said before it runs: in Actions, or on this machine."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from progressive_capture.lib.capture_values import Asked
from progressive_capture.lib.chunks import MOST_CHUNKS
from progressive_capture.lib.estimating import OVERHEAD_JOBS, Looked, look
from progressive_capture.lib.forecasting.estimate import SECONDS_A_REQUEST, estimate
from progressive_capture.lib.forecasting.forecast import SETUP_SECONDS
from progressive_capture.lib.forecasting.prices import dollars
from progressive_capture.lib.planning import ARTIFACTS_A_CHUNK, RUNS_A_CHUNK, Work
from progressive_capture.lib.store.contract import Span, Store
from queue_manager.request import CaptureRequest, Processor
from queue_manager.router import Facts
from queue_manager.stored_facts import PARTS

CountRuns = Callable[[Work, Looked], int | None]
"""Asks GitHub how many runs a listing will bring (`estimating.count_runs`)."""

A_CHUNK: Mapping[str, int] = MappingProxyType({"workflow_jobs": RUNS_A_CHUNK, "artifacts": ARTIFACTS_A_CHUNK})
"""Kinds that several legs share, and how many items one of them takes."""
PULL_REQUEST_COSTS: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "pull_requests": (0.075, 0.075),
        "reviews": (0.0, 0.035),
        "comments": (0.02, 0.05),
        "file_changes": (0.075, 0.01),
        "pull_request_details": (1.0, 2.0),
    }
)
"""Requests and points a pull request: what `benchmarks/` measured over 5,000 of them (see its README)."""
MEASURED = "by what 5,000 simulated pull requests took"
NOT_KNOWN = "not known before it is listed"


@dataclass(frozen=True, kw_only=True)
class RequestEstimate:
    """What a request will cost; None: nobody knows yet.

    Attributes:
        processor: who would do it.
        items: of the request's kind; of reviews, comments and changed files: pull requests.
        requests: of REST, `points`: of GraphQL.
        minutes: in Actions whole ones, of all jobs of the workflow; inline those of this machine.
        dollars: for those. Inline: None where nobody says what an hour costs.
        basis: what it was measured over.
    """

    processor: Processor
    items: int | None
    requests: int | None = None
    points: int | None = None
    minutes: float | None = None
    dollars: float | None = None
    basis: str = NOT_KNOWN


@dataclass(frozen=True, kw_only=True)
class Prices:
    """What time costs.

    Attributes:
        minutes_cost: whether minutes of Actions are paid for: those of a public repository are free.
        inline_dollars_per_hour: an hour of an inline worker; None: nobody says.
    """

    minutes_cost: bool = True
    inline_dollars_per_hour: float | None = None


def estimate_request(
    request: CaptureRequest,
    processor: Processor,
    facts: Facts,
    prices: Prices,
    *,
    store: Store,
    now: datetime,
    count_runs: CountRuns = lambda _work, _looked: None,
) -> RequestEstimate:
    """The estimate for a request, with what the store knows.

    Args:
        request: what is to be done.
        processor: who does it.
        facts: what the route was decided by.
        prices: what time costs.
        store: knows what is there, and what is to do.
        now: the time.
        count_runs: asks GitHub, where only it can tell; not at all, unless given.
    """
    row = store.repository(request.repository)
    work = Work(
        kind=request.kind,
        repository=request.repository,
        repository_id=row["id"] if row else None,
        asked=Asked.of(request.parameters, now=now),
    )
    looked = look(store, work, now=now)
    items = _items(request, facts, work, store)
    if items is None and request.kind == "workflow_runs":
        items = count_runs(work, looked)
    return estimate_of(request, processor, items, looked.counts, prices)


def _items(request: CaptureRequest, facts: Facts, work: Work, store: Store) -> int | None:
    """How many it names; else how many the store, or the facts, tell of."""
    if "run_id" not in request.parameters and request.named_items is not None:
        return request.named_items
    if work.repository_id is not None and request.kind in {*A_CHUNK, *PARTS}:
        return _to_do(request, work, work.repository_id, store)
    is_whole = not request.parameters.keys() & {"since", "time_range", "until"}
    if request.kind == "pull_requests":
        return facts.pull_requests if is_whole else None
    return facts.runs if request.kind == "workflow_runs" and is_whole and not work.repository_id else None


def _to_do(request: CaptureRequest, work: Work, repository_id: int, store: Store) -> int | None:
    asked = work.asked
    span = Span(
        repository_id=repository_id,
        created_from=asked.since,
        created_to=asked.until,
        first_id=asked.first_id,
        last_id=asked.last_id,
    )
    if request.kind == "workflow_jobs":
        return store.count_ids_to_detail(span, asked.depth or "steps")
    if request.kind == "artifacts":
        is_part = asked.name is not None or asked.run_id is not None
        return None if is_part else store.count_artifacts_to_download(repository_id, span)
    return max(store.count_pulls_without(repository_id, part) for part in PARTS[request.kind])


def estimate_of(
    request: CaptureRequest,
    processor: Processor,
    items: int | None,
    counts: Mapping[str, int],
    prices: Prices,
) -> RequestEstimate:
    """The estimate for so many items (pure).

    Args:
        request: what is to be done.
        processor: who does it.
        items: how many; None: not known.
        counts: rows of the repository by table.
        prices: what time costs.
    """
    legs = _legs(request.kind, items)
    requests, points, basis = _spending(request, items, counts)
    if requests is None or points is None:
        return RequestEstimate(processor=processor, items=items, basis=basis)
    seconds = (requests + points) * SECONDS_A_REQUEST
    minutes, price = (
        _in_actions(seconds, legs, prices) if processor == "actions" else _inline(seconds, prices)
    )
    return RequestEstimate(
        processor=processor,
        items=items,
        requests=requests,
        points=points,
        minutes=minutes,
        dollars=price,
        basis=basis,
    )


def _legs(kind: str, items: int | None) -> int:
    size = A_CHUNK.get(kind)
    return min(MOST_CHUNKS, max(1, math.ceil(items / size))) if size and items else 1


def _spending(
    request: CaptureRequest, items: int | None, counts: Mapping[str, int]
) -> tuple[int | None, int | None, str]:
    """Requests, points, and what they were measured over."""
    if items is None:
        return None, None, NOT_KNOWN
    if request.kind in PULL_REQUEST_COSTS:
        requests, points = PULL_REQUEST_COSTS[request.kind]
        return 1 + math.ceil(items * requests), math.ceil(items * points), MEASURED
    cost = estimate(
        request.kind,
        items,
        counts,
        depth=request.parameters.get("depth"),
        legs=1,
        overhead_jobs=0,
        minutes_cost=False,
    )
    return cost.requests, cost.points, cost.basis


def _in_actions(seconds: float, legs: int, prices: Prices) -> tuple[float, float]:
    """Whole minutes of every job, those that plan and bring together included."""
    minutes = legs * math.ceil((SETUP_SECONDS + seconds / legs) / 60) + OVERHEAD_JOBS
    return minutes, dollars(minutes, private=prices.minutes_cost)


def _inline(seconds: float, prices: Prices) -> tuple[float, float | None]:
    """Minutes of this machine, which nobody rounds up."""
    minutes, hourly = round(seconds / 60, 1), prices.inline_dollars_per_hour
    return minutes, None if hourly is None else round(seconds / 3_600 * hourly, 4)
