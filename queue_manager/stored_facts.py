"""What the store tells of a request: how large the repository is, and how old what is still to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from progressive_capture.lib.capture_values import Asked
from progressive_capture.lib.normalize.rows import Part
from progressive_capture.lib.store.contract import Span, Store
from progressive_capture.lib.store.pull_request_contract import UpdatedSpan
from progressive_capture.lib.windows import SECOND, Window, gaps, whole_seconds
from queue_manager.request import CaptureRequest
from queue_manager.router import OLDEST, PULL_REQUESTS, RUNS, Facts, Thresholds

PARTS: dict[str, tuple[Part, ...]] = {
    "reviews": ("reviews", "review_comments"),
    "comments": ("reviews", "review_comments", "issue_comments"),
    "file_changes": ("file_changes",),
}
"""What of the stored pull requests these kinds capture."""
FEEDS: tuple[Part, Part] = ("issue_comments", "review_comments")
"""What `comments` reads again from where it has read to."""


@dataclass(frozen=True, kw_only=True)
class Stored:
    """What the store tells, and what GitHub has to be asked for the rest.

    Attributes:
        facts: as far as they are known.
        known: which those are.
        unlisted_until: only GitHub knows whether there is anything from before this moment.
        fresh_from: if there is not, all that is to do is from then or later.
    """

    facts: Facts
    known: frozenset[str]
    unlisted_until: datetime
    fresh_from: datetime


@dataclass(frozen=True, kw_only=True)
class Look:
    """What is looked for: in one repository, older than an edge."""

    store: Store
    repository_id: int
    request: CaptureRequest
    edge: datetime
    now: datetime


def stored_facts(store: Store, request: CaptureRequest, thresholds: Thresholds, *, now: datetime) -> Stored:
    """Ask the store; no request to GitHub."""
    now = whole_seconds(now)
    edge = now - thresholds.age
    row = store.repository(request.repository)
    if row is None:
        return Stored(facts=Facts(), known=frozenset(), unlisted_until=edge, fresh_from=edge)
    look = Look(store=store, repository_id=row["id"], request=request, edge=edge, now=now)
    unlisted_until, fresh_from = _ends_of_ledger(look)
    sizes = _sizes(look, thresholds.repository_size)
    oldest = _oldest(look, fresh_from)
    return Stored(
        facts=Facts(oldest_at=oldest, runs=sizes.get(RUNS), pull_requests=sizes.get(PULL_REQUESTS)),
        known=frozenset(sizes) | ({OLDEST} if oldest is not None else frozenset()),
        unlisted_until=unlisted_until,
        fresh_from=fresh_from,
    )


def _sizes(look: Look, most: int) -> dict[str, int]:
    """What is stored proves that a repository is large, never that it is small."""
    if look.request.named_items is not None:
        return {}
    counts = look.store.counts(look.repository_id)
    sizes = {RUNS: counts.get("workflow_runs", 0), PULL_REQUESTS: counts.get("pull_requests", 0)}
    return {name: count for name, count in sizes.items() if count > most}


def _ends_of_ledger(look: Look) -> tuple[datetime, datetime]:
    """Up to where nothing was ever listed, and from where on something is to be listed again."""
    rows = look.store.windows(look.repository_id, look.request.kind)
    covered = [Window(row["window_from"], row["window_to"]) for row in rows if row["status"] == "covered"]
    if not covered:
        return look.edge, look.edge
    first = min(window.start for window in covered)
    holes = gaps(Window(min(first, look.now), look.now), covered)
    return min(first, look.edge), min((hole.start for hole in holes), default=look.now)


def _oldest(look: Look, fresh_from: datetime) -> datetime | None:
    """When the oldest of what is to do was created (updated); None: the store cannot tell."""
    kind, asked = look.request.kind, look.request.parameters
    if "number" in asked:
        row = look.store.pull_request(look.repository_id, asked["number"])
        return row["updated_at"] if row else None
    if "run_id" in asked:
        return _created_at(look, asked["run_id"])
    if kind == "workflow_jobs":
        return _oldest_without_jobs(look)
    return _oldest_without_parts(look) if kind in PARTS else _oldest_to_list(look, fresh_from)


def _oldest_to_list(look: Look, fresh_from: datetime) -> datetime | None:
    """Of a listing: what the ledger leaves open, if that is old; that it is fresh, only GitHub can say."""
    if look.request.kind == "workflow_runs" and "max_items" in look.request.parameters:
        newest = look.store.created_at_of_newest(look.repository_id, look.request.parameters["max_items"])
        return newest if newest is not None and newest >= look.edge else None
    begins = [fresh_from, _oldest_to_download(look) if look.request.kind == "artifacts" else None]
    old = [at for at in begins if at is not None and at < look.edge]
    return min(old, default=None)


def _created_at(look: Look, run_id: int) -> datetime | None:
    span = Span(repository_id=look.repository_id, first_id=run_id, last_id=run_id)
    return next((run.created_at for run in look.store.stored_runs(span)), None)


def _oldest_without_jobs(look: Look) -> datetime:
    """Of runs in the store; where none is without its jobs, nothing old is to do.

    Of the newest so many, if that is asked for.
    """
    asked = Asked.of(look.request.parameters, now=look.now)
    span = Span(
        repository_id=look.repository_id,
        created_to=asked.until,
        first_id=asked.first_id,
        last_id=asked.last_id,
    )
    depth = asked.depth or "steps"
    if asked.max_items is None:
        run_id = next(iter(look.store.ids_to_detail(span, depth)), None)
    else:
        newest = list(islice(look.store.runs_without_jobs(span, depth=depth), asked.max_items))
        run_id = newest[-1].run_id if newest else None
    return (run_id is not None and _created_at(look, run_id)) or look.now


def _oldest_without_parts(look: Look) -> datetime:
    """Of pull requests in the store: one that was last updated before the edge, if there is any."""
    span = UpdatedSpan(updated_to=look.edge - SECOND)
    for part in PARTS[look.request.kind]:
        found = next(iter(look.store.pulls_without(look.repository_id, part, span)), None)
        if found is not None and found.updated_at is not None:
            return found.updated_at
    feeds = FEEDS if look.request.kind == "comments" else ()
    read = [at for at in (_read_until(look, part) for part in feeds) if at is not None]
    return min(read, default=look.now)


def _read_until(look: Look, part: Part) -> datetime | None:
    """Up to where the feed of a repository's comments was read."""
    rows = look.store.windows(look.repository_id, look.request.kind, slice_=part)
    covered = (row["window_to"] for row in rows if row["status"] == "covered")
    return max(covered, default=look.store.oldest_part_captured_at(look.repository_id, [part]))


def _oldest_to_download(look: Look) -> datetime | None:
    """The artifact that expires first, and so was made first where all are kept as long."""
    return next((each.created_at for each in look.store.artifacts_to_download(look.repository_id)), None)
