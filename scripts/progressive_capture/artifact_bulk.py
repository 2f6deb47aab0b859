"""Artifacts: listed for the whole repository, downloaded soonest to expire first, opened without trust.

Passes: the listing, newest first down to what is covered; which attempt made each; then the contents. An
artifact's bytes are checked before anything is opened, its files are kept by their hash alone, and its test
results become rows. What became of it is in `content_status`, why in `content_reason`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from functools import partial
from typing import Any

import click

from progressive_capture.lib.artifact_contents import ArtifactContents, artifact_name
from progressive_capture.lib.base_capture import BaseCapture
from progressive_capture.lib.capture_values import Asked, Collaborators, Pass, Repository, hundreds
from progressive_capture.lib.command_line import (
    AS_JSON,
    DATABASE,
    HELP_NAMES,
    JOB_ID,
    LEAVE_BUDGET,
    SPAN_OPTIONS,
    TIME_BUDGET,
    ends_well,
    option,
    repository_option,
    run_from_shell,
    with_options,
)
from progressive_capture.lib.discovery.listing import Proof
from progressive_capture.lib.discovery.newest_first import Covered, Item, NewestFirst
from progressive_capture.lib.errors import (
    UnexpectedPayloadError,
)
from progressive_capture.lib.file_options import ARTIFACTS_ASKED, CONCURRENCY, FILE_OPTIONS, with_file_rules
from progressive_capture.lib.github.artifact_pages import artifact_pages_of
from progressive_capture.lib.github.client import GitHub
from progressive_capture.lib.normalize.artifacts import artifact_created_at, artifact_row, attempt_at, is_ours
from progressive_capture.lib.normalize.rows import ArtifactRow, Batch, Failure
from progressive_capture.lib.store.artifact_contract import ArtifactOfRun, ArtifactToDownload
from progressive_capture.lib.store.contract import Span
from progressive_capture.lib.windows import Window, whole_seconds

LISTING = "the listing of artifacts"
LONGEST_RETENTION = timedelta(days=401)
"""GitHub keeps an artifact for 400 days at most
(https://docs.github.com/en/organizations/managing-organization-settings/configuring-the-retention-period-for-github-actions-artifacts-and-logs-in-your-organization)."""
LISTING_LAG = timedelta(seconds=60)
"""The newest minute is listed, but not counted as covered: a listing may lag behind what it lists."""


class ArtifactBulk(BaseCapture):
    """The capture of kind `artifacts`."""

    kind = "artifacts"

    def __init__(
        self, repository: Repository, asked: Asked, collaborators: Collaborators, github: GitHub
    ) -> None:
        super().__init__(repository, asked, collaborators)
        self._github = github
        self._files = collaborators.open_files()
        self._rules = collaborators.file_rules
        self._span = Span(
            repository_id=repository.id,
            created_from=asked.since,
            created_to=asked.until,
            first_id=asked.first_id,
            last_id=asked.last_id,
        )

    def passes(self) -> Iterator[Pass]:
        """The listing (of the repository, or of one run), the attempts, the contents."""
        store = self.with_.store
        self._files.check_writable()
        if self.asked.last_id is None:
            yield self._listing()
            undecided = hundreds(store.artifacts_of_unknown_attempt(self.repository.id))
            yield Pass(title="attempts", units=undecided, fetch=self._attempts, key=_attempts_name)
        contents = ArtifactContents(self.repository, self._github, self._files, self._rules, self.with_.stop)
        yield Pass(
            title="contents",
            units=self._to_download(),
            fetch=contents.of,
            key=artifact_name,
            items=self._how_many(),
            at_once=self._rules.downloads_at_once,
        )
        self.resolve(self._done_or_gone())

    def _listing(self) -> Pass:
        """Of the repository, or of one run; one part of a plan does it for all."""
        if self.asked.run_id is not None:
            return Pass(title="artifacts", units=[self.asked.run_id], fetch=self._of_run, key=_run_name)
        walk = self._walk()
        return Pass(
            title="artifacts", units=[LISTING], fetch=lambda _: self._listed(walk), key=str, always=True
        )

    # -- what is to do ---------------------------------------------------------------------------------

    def _walk(self) -> NewestFirst:
        """Down to the last edge that is covered; asked of the store here, in the writer's thread."""
        now = whole_seconds(self._github.server_now())
        created = self.repository.created_at or now - LONGEST_RETENTION
        oldest = max(self.asked.since or created, created, now - LONGEST_RETENTION)
        return NewestFirst(
            list_page=artifact_pages_of(self._github, self.repository.full_name),
            created_at=artifact_created_at,
            covered=[Covered(window, self._stored(window)) for window in self._covered()],
            oldest=whole_seconds(oldest),
            covered_until=now - LISTING_LAG,
        )

    def _covered(self) -> list[Window]:
        rows = self.with_.store.windows(self.repository.id, self.kind)
        return [Window(row["window_from"], row["window_to"]) for row in rows if row["status"] == "covered"]

    def _stored(self, window: Window) -> int:
        """How many artifacts of a window GitHub still lists, as far as the store knows."""
        since = partial(self.with_.store.count_artifacts_since, self.repository.id)
        return since(window.start) - since(window.end)

    def _to_download(self) -> Iterator[ArtifactToDownload]:
        """Soonest to expire first; those that have to wait are named, and do not count."""
        taken = 0
        for artifact in self.with_.store.artifacts_to_download(self.repository.id, self._span):
            if taken == self.asked.max_items:
                return
            if self._is_asked_for(artifact):
                taken += not self.has_to_wait(artifact_name(artifact))
                yield artifact

    def _how_many(self) -> int | None:
        """How many downloads are expected, where that can be counted without looking at each."""
        if self.asked.name is not None or self.asked.run_id is not None:
            return None
        pending = self.with_.store.count_artifacts_to_download(self.repository.id, self._span)
        return pending if self.asked.max_items is None else min(pending, self.asked.max_items)

    def _is_asked_for(self, artifact: ArtifactToDownload) -> bool:
        if self.asked.run_id not in (None, artifact.run_id):
            return False
        return self.asked.name is None or fnmatchcase(artifact.name, self.asked.name)

    def _done_or_gone(self) -> list[str]:
        """Open failures of what nothing is left to do of: the artifact is gone, the span was listed since."""
        if not self.open_failures:
            return []
        left = {artifact_name(each) for each in self.with_.store.artifacts_to_download(self.repository.id)}
        holes = {
            Window(row["window_from"], row["window_to"]).query()
            for row in self.with_.store.windows(self.repository.id, self.kind)
            if row["status"] == "saturated"
        }
        done = [key for key in self.open_failures if key.startswith("artifact ") and key not in left]
        return done + [key for key in self.open_failures if ".." in key and key not in holes]

    # -- the listing (in a fetching thread, as all below; the store is not touched) ----------------------

    def _listed(self, walk: NewestFirst) -> Iterator[Batch]:
        yield Batch(expired_by={self.repository.id: self._github.server_now()})
        for shown in walk.down():
            yield self._batch(shown.items, shown.captured_at, shown.proofs)

    def _of_run(self, run_id: int) -> Iterator[Batch]:
        yield Batch(expired_by={self.repository.id: self._github.server_now()})
        for page in self._github.run_artifacts(self.repository.full_name, run_id):
            yield self._batch(page.artifacts, page.captured_at)

    def _batch(self, artifacts: Sequence[Item], captured_at: datetime, proofs: Sequence[Proof] = ()) -> Batch:
        """The rows of listed artifacts, without what this program uploaded itself."""
        rows: list[ArtifactRow] = []
        failures = [self.hole(proof) for proof in proofs if proof.status == "saturated"]
        for artifact in artifacts:
            try:
                row = artifact_row(artifact, repository_id=self.repository.id, captured_at=captured_at)
            except UnexpectedPayloadError as error:
                failures.append(Failure(item=self.item(f"artifact {artifact.get('id')}"), error=str(error)))
                continue
            rows += [] if is_ours(row["name"]) else [row]
        windows = [self.window_row(proof, captured_at) for proof in proofs]
        return Batch(rows={"artifacts": rows, "capture_windows": windows}, failures=failures)

    def _attempts(self, artifacts: list[ArtifactOfRun]) -> Iterator[Batch]:
        """Which attempt made each, where the times tell."""
        found = {
            each.artifact_id: attempt_at(
                each.created_at, each.attempts_started, each.run_attempt, each.run_seen_at
            )
            for each in artifacts
            if each.run_attempt is not None
        }
        told = {number: attempt for number, attempt in found.items() if attempt}
        yield Batch(run_attempts=told, completing=True)


def _attempts_name(artifacts: list[ArtifactOfRun]) -> str:
    return f"attempts of artifacts {artifacts[0].artifact_id} to {artifacts[-1].artifact_id}"


def _run_name(run_id: int) -> str:
    return f"artifacts of run {run_id}"


@click.command("artifact-bulk", context_settings=HELP_NAMES)
@repository_option
@JOB_ID
@with_options(
    [
        DATABASE,
        *FILE_OPTIONS,
        *ARTIFACTS_ASKED,
        *SPAN_OPTIONS,
        option(
            "--max-items",
            envvar="CAPTURE_MAX_ITEMS",
            type=click.IntRange(min=1),
            metavar="N",
            help="Stop, successfully, after N downloads.",
        ),
        LEAVE_BUDGET,
        CONCURRENCY,
        TIME_BUDGET,
        AS_JSON,
    ]
)
@ends_well
def command(repository: str | None, **chosen: Any) -> int:
    """Capture artifacts: what there is, the files in them, and their test results.

    Soonest to expire first. Archives are opened without trust; what is not kept is recorded with its reason.
    Run historical-sync first, so that artifacts find their runs. A token is needed, for public ones too.
    """
    from progressive_capture.lib.capture_command import run_command  # noqa: PLC0415  (--help stays quick)

    return run_command([ArtifactBulk], [repository] if repository else [], **with_file_rules(chosen))


if __name__ == "__main__":
    run_from_shell(command)
