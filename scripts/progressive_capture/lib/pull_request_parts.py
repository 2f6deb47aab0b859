"""What belongs to pull requests: which of it is to do, and how it is fetched, for every capture of it.

A part (reviews, their comments, the conversation, the changed files) is to do while no listing proves it
whole for the pull request's present state. Hundreds of pull requests share one query; what comes of none is
asked for alone, pull request by pull request, and only then counts as failed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from progressive_capture.lib.base_capture import BaseCapture
from progressive_capture.lib.capture_values import A_HUNDRED, Pass, hundreds
from progressive_capture.lib.collected_parts import Collected, State, state_in
from progressive_capture.lib.errors import UnexpectedPayloadError
from progressive_capture.lib.github.batches import NodeBatch
from progressive_capture.lib.github.client import GitHub
from progressive_capture.lib.github.pulls import MOST_FILES
from progressive_capture.lib.normalize.file_changes import file_change_row
from progressive_capture.lib.normalize.pull_request_nodes import (
    Listed,
    listed_file_changes,
    listed_issue_comments,
    listed_review_comments,
    listed_reviews,
    pull_request_with_parts,
)
from progressive_capture.lib.normalize.rows import (
    Batch,
    Part,
)
from progressive_capture.lib.normalize.times import parse_time
from progressive_capture.lib.store.pull_request_contract import PullToCapture, UpdatedSpan

ALL_PARTS: Sequence[Part] = ("reviews", "review_comments", "issue_comments", "file_changes")
NAMED = "pull request "
TITLES: Mapping[Part, str] = {
    "reviews": "reviews",
    "review_comments": "comments of reviews",
    "issue_comments": "conversations",
    "file_changes": "changed files",
}


class PullRequestParts:
    """The passes over parts of pull requests, of one capture."""

    def __init__(self, capture: BaseCapture, github: GitHub) -> None:
        self._capture = capture
        self._store = capture.with_.store
        self._repository = capture.repository
        self._github = github
        self._pulls = github.pulls
        self._span = UpdatedSpan(updated_from=capture.asked.since, updated_to=capture.asked.until)

    def passes(self, parts: Iterable[Part], *, cured: Collection[int] | None = None) -> Iterator[Pass]:
        """In hundreds; then, one by one, whatever of these parts is still missing; then previous paths.

        At last, failures of pull requests of which nothing is left to do are settled. Where failing can mean
        that the store does not know their latest state, only those that may be `cured`.
        """
        asked = [part for part in ALL_PARTS if part in set(parts)]
        for part in asked:
            yield self._in_hundreds(part)
        yield Pass(
            title="pull requests, one by one",
            units=self._numbers_to_do(asked),
            fetch=self.one_pull_request,
            key=pull_request_name,
        )
        if "file_changes" in asked:
            yield self.previous_paths()
        self._capture.resolve(self._done_since(asked, cured))

    def previous_paths(self, of: Collection[int] | None = None) -> Pass:
        """Where moved files came from, which only REST knows: of some pull requests, or of all."""
        return Pass(
            title="previous paths of files",
            units=self._with_moved_files(of),
            fetch=self._files_by_rest,
            key=lambda state: f"previous paths of pull request {state.number}",
        )

    # -- what is to do ---------------------------------------------------------------------------------

    def _in_hundreds(self, part: Part) -> Pass:
        fetches: Mapping[Part, Callable[[Any], Iterator[Batch]]] = {
            "reviews": self._reviews,
            "review_comments": self._review_comments,
            "issue_comments": self._issue_comments,
            "file_changes": self._file_changes,
        }
        units: Iterator[Any] = hundreds(self._to_do(part))
        if part == "review_comments":
            units = self._with_their_reviews(units)
        return Pass(
            title=TITLES[part],
            units=units,
            fetch=fetches[part],
            key=lambda unit: f"{part} of {len(unit)} pull requests",
            items=self._store.count_pulls_without(self._repository.id, part, self._span),
            another_follows=True,
        )

    def _to_do(self, part: Part) -> Iterator[PullToCapture]:
        """Pull requests without a proof of this part: those, and as many, as are asked for."""
        return islice(self._without(part, self._span), self._capture.asked.max_items)

    def _without(self, part: Part, span: UpdatedSpan | None = None) -> Iterator[PullToCapture]:
        pulls = self._store.pulls_without(self._repository.id, part, span)
        return (each for each in pulls if each.node_id)

    def _with_their_reviews(
        self, some: Iterator[list[PullToCapture]]
    ) -> Iterator[list[tuple[PullToCapture, Sequence[str]]]]:
        """Beside each pull request the node ids of its reviews, where all of them are known."""
        unknown = {pull.number for pull in self._without("reviews")}
        for pulls in some:
            known = [pull for pull in pulls if pull.number not in unknown]
            reviews = self._store.reviews_of(self._repository.id, [pull.number for pull in known])
            if known:
                yield [(pull, reviews.get(pull.number, ())) for pull in known]

    def _numbers_to_do(self, parts: Sequence[Part]) -> Iterator[int]:
        given: set[int] = set()
        for part in parts:
            for pull in self._to_do(part):
                if pull.number not in given:
                    given.add(pull.number)
                    yield pull.number

    def _with_moved_files(self, of: Collection[int] | None) -> Iterator[State]:
        """Pull requests with moved files, as the store knows them."""
        for number in self._store.renames_without_previous_path(self._repository.id):
            pull = self._store.pull_request(self._repository.id, number)
            if pull is not None and (of is None or number in of):
                yield state_in(pull)

    def _done_since(self, parts: Sequence[Part], cured: Collection[int] | None) -> list[str]:
        """Open failures of pull requests that nothing is left to do of, whichever capture has done it."""
        failed = numbers_of(self._capture.open_failures)
        if not failed:
            return []
        if cured is None:
            cured = self._store.known_pulls(self._repository.id, failed)
        left = {pull.number for part in parts for pull in self._without(part)}
        return [pull_request_name(number) for number in failed if number in cured and number not in left]

    # -- how it is fetched (in fetching threads; the store is not touched) -------------------------------

    def _reviews(self, pulls: list[PullToCapture]) -> Iterator[Batch]:
        yield from self._listed("reviews", pulls, self._pulls.reviews_of(_ids(pulls)))

    def _issue_comments(self, pulls: list[PullToCapture]) -> Iterator[Batch]:
        yield from self._listed("issue_comments", pulls, self._pulls.comments_of(_ids(pulls)))

    def _file_changes(self, pulls: list[PullToCapture]) -> Iterator[Batch]:
        yield from self._listed("file_changes", pulls, self._pulls.files_of(_ids(pulls)))

    def _listed(self, part: Part, pulls: list[PullToCapture], answer: NodeBatch) -> Iterator[Batch]:
        """What came of hundreds; what did not, or makes no sense, is left to be asked for alone."""
        if answer.captured_at is None:
            return
        collected, done = Collected(self._repository.id), 0
        for pull in pulls:
            node = answer.found.get(pull.node_id or "")
            if node is None:
                continue
            try:
                listed, state = self._read(part, node, answer.captured_at), _state_of(node, pull)
            except UnexpectedPayloadError:
                continue
            done += collected.add(part, listed, state, answer.captured_at)
        yield collected.batch(processed=done)

    def _read(self, part: Part, node: Mapping[str, Any], captured_at: datetime) -> Listed[Any, Any]:
        whose: dict[str, Any] = {
            "repository_id": self._repository.id,
            "captured_at": captured_at,
            "pull_request_number": node["number"],
        }
        if part == "reviews":
            return listed_reviews(node, **whose).reviews
        if part == "issue_comments":
            return listed_issue_comments(node, **whose)
        return listed_file_changes(node, head_sha=node.get("headRefOid"), **whose)

    def _review_comments(self, some: list[tuple[PullToCapture, Sequence[str]]]) -> Iterator[Batch]:
        """The comments of all reviews of some pull requests; a pull request is whole if each of them came."""
        found: dict[str, Mapping[str, Any]] = {}
        times: list[datetime] = [self._github.server_now()]
        ids = [review_id for _, reviews in some for review_id in reviews]
        for at in range(0, len(ids), A_HUNDRED):
            answer = self._pulls.comments_of_reviews(ids[at : at + A_HUNDRED])
            found.update(answer.found)
            times += [answer.captured_at] if answer.captured_at else []
        collected, done = Collected(self._repository.id), 0
        for pull, reviews in some:
            comments = self._comments_of(pull, [found.get(each) for each in reviews], min(times))
            if comments is not None:
                state = State(pull.number, pull.updated_at, pull.head_sha, pull.changed_files)
                done += collected.add("review_comments", comments, state, min(times))
        yield collected.batch(processed=done)

    def _comments_of(
        self, pull: PullToCapture, reviews: Sequence[Mapping[str, Any] | None], captured_at: datetime
    ) -> Listed[int, Any] | None:
        """The comments of a pull request's reviews put together; None where one makes no sense."""
        try:
            each = [
                listed_review_comments(
                    review,
                    repository_id=self._repository.id,
                    captured_at=captured_at,
                    pull_request_number=pull.number,
                )
                for review in reviews
                if review is not None
            ]
        except UnexpectedPayloadError:
            return None
        rows = [row for listed in each for row in listed.rows]
        return Listed(
            rows=rows,
            keys=frozenset(row["id"] for row in rows),
            reported_count=sum(listed.reported_count or 0 for listed in each),
            is_whole=len(each) == len(reviews) and all(listed.is_whole for listed in each),
        )

    def one_pull_request(self, number: int) -> Iterator[Batch]:
        """One pull request with everything that belongs to it, as it is now.

        Raises:
            UnexpectedPayloadError: GitHub did not give a part of it; what it gave was handed over.
        """
        whole = self._pulls.pull_request(self._repository.full_name, number)
        found = pull_request_with_parts(
            whole.node, repository_id=self._repository.id, captured_at=whole.captured_at
        )
        collected = Collected(self._repository.id)
        collected.add_pull_request(found, whole.captured_at)
        missing = [part for part, listed in found.parts.items() if not listed.is_whole]
        if "file_changes" in missing:
            self._add_files(collected, state_in(found.row))
            missing.remove("file_changes")
        yield collected.batch(processed=not missing)
        if missing:
            reasons = "; ".join(whole.missing.get(part) or "it was listed in part" for part in missing)
            raise UnexpectedPayloadError(
                f"GitHub did not give all {', '.join(missing)} of pull request {number} ({reasons}).",
                hint="It is tried again later; what came is stored.",
            )

    def _files_by_rest(self, state: State) -> Iterator[Batch]:
        """The files of a pull request as REST tells them, which knows where moved ones came from.

        If its head moves in this very moment they are taken for those of the old one; the next capture sees
        the new head, and lists them again.
        """
        collected = Collected(self._repository.id)
        self._add_files(collected, state)
        yield collected.batch(processed=0)

    def _add_files(self, collected: Collected, state: State) -> None:
        """Files by REST, 3,000 at most: more than that is said to be left out."""
        files, captured_at = self._pulls.pull_request_files(self._repository.full_name, state.number)
        rows = [
            file_change_row(
                file,
                pull_request_number=state.number,
                head_sha=state.head_sha,
                repository_id=self._repository.id,
                captured_at=captured_at,
            )
            for file in files
        ]
        changed_files = state.changed_files
        is_whole = changed_files is None or len(rows) >= changed_files
        listed = Listed(
            rows=rows,
            keys=frozenset(row["path"] for row in rows),
            reported_count=changed_files,
            is_whole=is_whole,
        )
        capped = len(rows) >= MOST_FILES and not is_whole
        reason = f"REST lists {MOST_FILES:,} of {changed_files:,} files" if capped else None
        if not collected.add("file_changes", listed, state, captured_at, reason):
            raise UnexpectedPayloadError(
                f"GitHub lists {len(rows):,} of the {changed_files:,} files of pull request {state.number}.",
                hint="It may be changing: it is tried again later.",
            )


def pull_request_name(number: int) -> str:
    """How `capture_failures` names a pull request."""
    return f"{NAMED}{number}"


def numbers_of(keys: Iterable[str]) -> list[int]:
    """The pull requests among what `capture_failures` names."""
    names = [key.removeprefix(NAMED) for key in keys if key.startswith(NAMED)]
    return [int(name) for name in names if name.isdecimal()]


def _ids(pulls: Iterable[PullToCapture]) -> list[str]:
    return [pull.node_id for pull in pulls if pull.node_id]


def _state_of(node: Mapping[str, Any], pull: PullToCapture) -> State:
    """The state that an answer speaks of; it may be a later one than the store knows."""
    updated_at = parse_time(node.get("updatedAt"), field=f"updatedAt of pull request {pull.number}")
    head_sha = node.get("headRefOid") or pull.head_sha
    changed_files = pull.changed_files if head_sha == pull.head_sha else None
    return State(pull.number, updated_at or pull.updated_at, head_sha, changed_files)
