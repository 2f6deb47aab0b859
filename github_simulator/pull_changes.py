"""What happens to pull requests while the simulator runs: opened, reviewed, pushed to, closed.

Every change has a time of its own in its pull request: at least a second after the one
before, and never before one that already happened in the repository. So a time of update
tells states apart, as it mostly does on GitHub, however many changes a test asks for at once.

Which pull requests are hit is drawn from the seed and the number of such changes so far.
"""

from collections import Counter
from random import Random

from github_simulator.dice import chance
from github_simulator.pull_contents import write_comment, write_review
from github_simulator.pull_drawing import change_plan, draw_push
from github_simulator.pull_records import PullRequest, Remark, Review, ReviewComment
from github_simulator.pulls import PullRequests
from github_simulator.world import World

_EDIT_TOLD = 0.5
"""How often an edit also moves the time of update of the pull request."""


class PullChanges:
    """Changes the pull requests of a repository: the first one where none is named.

    Each change hits `count` pull requests, or the one with this `number`, and answers their
    numbers, each once for every time that it was hit. ValueError where there is no such one.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._counts: Counter[str] = Counter()
        self._latest: Counter[int] = Counter()

    def open_pulls(self, count: int, repository: str | None = None) -> list[int]:
        """New pull requests, without a word said about them yet."""
        with self._world.lock:
            pulls = self._world.named(repository).pulls
            return [pulls.open_one(self._next_instant(pulls)).number for _ in range(count)]

    def comment(self, count: int, repository: str | None = None, number: int | None = None) -> list[int]:
        """Somebody takes part in the conversation."""
        with self._world.lock:
            pulls, rng = self._world.named(repository).pulls, self._dice("comment")
            hit = _pick(rng, pulls.every(), count, number)
            for pull in hit:
                pulls.issue_comments.add(write_comment(rng, pull, self._touch(pulls, pull)))
            return _numbers(hit)

    def review(self, count: int, repository: str | None = None, number: int | None = None) -> list[int]:
        """Somebody reviews, or answers a comment on a line."""
        with self._world.lock:
            pulls, rng = self._world.named(repository).pulls, self._dice("review")
            hit = _pick(rng, pulls.every(), count, number)
            for pull in hit:
                pulls.add_review(write_review(rng, pull, self._touch(pulls, pull)))
            return _numbers(hit)

    def dismiss(self, count: int, repository: str | None = None, number: int | None = None) -> list[int]:
        """Reviews that approved or asked for changes no longer count."""
        with self._world.lock:
            pulls, rng = self._world.named(repository).pulls, self._dice("dismiss")
            reviews = [
                (pull, review)
                for pull in _wanted(pulls.every(), number)
                for review in pull.visible_reviews
                if review.state in {"APPROVED", "CHANGES_REQUESTED"}
            ]
            hit = rng.sample(reviews, min(count, len(reviews)))
            for pull, review in hit:
                review.state, review.updated_at = "DISMISSED", self._touch(pulls, pull)
            return _numbers([pull for pull, _ in hit])

    def edit_comments(
        self, count: int, repository: str | None = None, number: int | None = None
    ) -> list[int]:
        """Comments get another text; half of the time the pull request tells of it."""
        with self._world.lock:
            pulls, rng = self._world.named(repository).pulls, self._dice("edit")
            comments = [(pull, one) for pull in _wanted(pulls.every(), number) for one in _comments(pull)]
            hit = rng.sample(comments, min(count, len(comments)))
            for pull, comment in hit:
                told = chance(rng, _EDIT_TOLD)
                instant = self._touch(pulls, pull) if told else self._next_instant(pulls, comment.updated_at)
                comment.body, comment.updated_at = f"Edited at {instant}: {comment.body[:1_000]}", instant
            return _numbers([pull for pull, _ in hit])

    def delete_comments(
        self, count: int, repository: str | None = None, number: int | None = None
    ) -> list[int]:
        """Comments that nobody answered are deleted; a review that held nothing else goes with its last."""
        with self._world.lock:
            pulls, rng = self._world.named(repository).pulls, self._dice("delete")
            hit = []
            for _ in range(count):
                comments = [
                    (pull, one) for pull in _wanted(pulls.every(), number) for one in _unanswered(pull)
                ]
                if comments:
                    pull, comment = rng.choice(comments)
                    _delete(comment)
                    self._touch(pulls, pull)
                    hit.append(pull)
            return _numbers(hit)

    def force_push(self, count: int, repository: str | None = None, number: int | None = None) -> list[int]:
        """The head of open pull requests is another commit, with other files."""
        with self._world.lock:
            pulls, rng = self._world.named(repository).pulls, self._dice("push")
            hit = _pick(rng, [pull for pull in pulls.every() if pull.is_open], count, number)
            for pull in hit:
                instant = self._touch(pulls, pull)
                pull.pushes.append(draw_push(pull.repository, pull.number, len(pull.pushes) + 1, instant))
                pull.file_plan = change_plan(rng, pull.file_plan)
            return _numbers(hit)

    def close(
        self, count: int, repository: str | None = None, number: int | None = None, *, merge: bool = True
    ) -> list[int]:
        """Open pull requests are merged, or closed without."""
        with self._world.lock:
            pulls, rng = self._world.named(repository).pulls, self._dice("close")
            hit = _pick(rng, [pull for pull in pulls.every() if pull.is_open], count, number)
            for pull in hit:
                pull.closed_at = self._touch(pulls, pull)
                pull.merged_at = pull.closed_at if merge else None
                pull.draft = pull.draft and not merge
            return _numbers(hit)

    def _dice(self, kind: str) -> Random:
        self._counts[kind] += 1
        return Random(f"{self._world.options.seed}:pulls {kind}:{self._counts[kind]}")

    def _touch(self, pulls: PullRequests, pull: PullRequest) -> int:
        """Now, which is when the pull request was last updated."""
        pull.updated_at = self._next_instant(pulls, pull.updated_at)
        return pull.updated_at

    def _next_instant(self, pulls: PullRequests, before: int = 0) -> int:
        slot = pulls.repository.slot
        self._latest[slot] = max(self._latest[slot], before + 1, int(self._world.clock.now()))
        return self._latest[slot]


def _wanted(pulls: list[PullRequest], number: int | None) -> list[PullRequest]:
    if number is None:
        return pulls
    found = [pull for pull in pulls if pull.number == number]
    if not found:
        raise ValueError(f"no such pull request: {number}")
    return found


def _pick(rng: Random, pulls: list[PullRequest], count: int, number: int | None) -> list[PullRequest]:
    """Different ones, or the same one several times where it is named."""
    wanted = _wanted(pulls, number)
    return wanted * count if number is not None else rng.sample(wanted, min(count, len(wanted)))


def _comments(pull: PullRequest) -> list[Remark]:
    return [*pull.visible_conversation, *_line_comments(pull)]


def _line_comments(pull: PullRequest) -> list[ReviewComment]:
    return [
        one for review in pull.visible_reviews if not review.is_pending for one in review.visible_comments
    ]


def _unanswered(pull: PullRequest) -> list[Remark]:
    line_comments = _line_comments(pull)
    answered = {id(one.in_reply_to) for one in line_comments}
    return [*pull.visible_conversation, *(one for one in line_comments if id(one) not in answered)]


def _delete(comment: Remark) -> None:
    comment.deleted = True
    if isinstance(comment, ReviewComment) and _is_empty(comment.review):
        comment.review.deleted = True


def _is_empty(review: Review) -> bool:
    return review.state == "COMMENTED" and not review.body and not review.visible_comments


def _numbers(pulls: list[PullRequest]) -> list[int]:
    return [pull.number for pull in pulls]
