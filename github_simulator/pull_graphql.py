"""Pull requests as GraphQL's objects: with reviews, comments on lines, conversation and files.

Accounts of bots are called here what REST calls them without `[bot]`. Pending reviews are
those of the token's owner, so they are answered.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from github_simulator import graphql_errors, ids
from github_simulator.graphql_connections import Answer, FieldInfo
from github_simulator.graphql_keysets import Key, keyset_connection
from github_simulator.graphql_workload import Workload
from github_simulator.history import Person, Repository
from github_simulator.instants import to_text
from github_simulator.pull_files import files_of, listed_files_of
from github_simulator.pull_records import (
    ChangedFile,
    IssueComment,
    PullRequest,
    Remark,
    Review,
    ReviewComment,
)
from github_simulator.pulls import PullRequests
from github_simulator.world import World

WEB = "https://github.com"
BOT_SUFFIX = "[bot]"
_CHANGE_TYPES = {"removed": "DELETED"}

Item = TypeVar("Item")


class PullNodes:
    """Makes the objects of pull requests; `repository` makes that of a repository."""

    def __init__(
        self, world: World, workload: Workload, repository: Callable[[Repository], Answer], *, permitted: bool
    ) -> None:
        self._world = world
        self._workload = workload
        self._repository = repository
        self._permitted = permitted

    def find(self, parsed: ids.NodeId) -> Answer | None:
        """The object with this node id, if it is a pull request or something said about one."""
        if parsed.prefix not in {"PR", "PRR", "PRRC", "IC"}:
            return None
        self._check_permission()
        for history in self._world.histories:
            found = self._find_in(history.pulls, parsed)
            if found:
                return found
        return None

    def _find_in(self, pulls: PullRequests, parsed: ids.NodeId) -> Answer | None:
        number = parsed.database_id
        match parsed.prefix:
            case "PR":
                slot, pull_number = ids.pull_place(number)
                pull = pulls.find(pull_number) if slot == pulls.repository.slot else None
                return self.pull_request(pull) if pull else None
            case "PRR":
                review = pulls.reviews.find(number)
                return self._review(review) if review else None
            case "PRRC":
                line_comment = pulls.review_comments.find(number)
                return self._review_comment(line_comment) if line_comment else None
            case _:
                comment = pulls.issue_comments.find(number)
                return self._issue_comment(comment) if comment else None

    def of_repository(self, repository: Repository) -> Answer:
        """The fields of a repository that lead to its pull requests."""
        return {
            "pullRequest": lambda _, number: self._by_number(repository, number),
            "pullRequests": lambda info, **arguments: self._pull_requests(repository, info, arguments),
        }

    def _check_permission(self) -> None:
        if not self._permitted:
            raise graphql_errors.not_accessible()

    def _pulls_of(self, repository: Repository) -> PullRequests | None:
        """None for a fork, whose pull requests are not simulated."""
        self._check_permission()
        history = self._world.history_by_id(repository.id)
        return history.pulls if history else None

    def _by_number(self, repository: Repository, number: int) -> Answer:
        pulls = self._pulls_of(repository)
        pull = pulls.find(number) if pulls else None
        if pull is None:
            raise graphql_errors.pull_request_not_found(number)
        return self.pull_request(pull)

    def _pull_requests(self, repository: Repository, info: FieldInfo, arguments: Mapping[str, Any]) -> Answer:
        pulls = self._pulls_of(repository)
        kept = [pull for pull in (pulls.every() if pulls else []) if _passes(pull, arguments)]
        order = arguments.get("orderBy") or {"field": "CREATED_AT", "direction": "ASC"}
        return self._connection(
            info,
            kept,
            arguments,
            key=_ORDERS[order["field"]],
            answer=self.pull_request,
            direction=order["direction"],
        )

    def pull_request(self, pull: PullRequest) -> Answer:
        repository, author, head = pull.repository, pull.author, pull.head_repository
        return {
            "__typename": "PullRequest",
            "id": pull.node_id,
            "databaseId": pull.id,
            "fullDatabaseId": str(pull.id),
            "number": pull.number,
            "title": pull.title,
            "body": pull.body or "",
            "state": _state(pull),
            "isDraft": pull.draft,
            "merged": pull.merged_at is not None,
            "closed": not pull.is_open,
            "author": lambda _: actor(author),
            "baseRefName": pull.base_ref,
            "headRefName": pull.head_ref,
            "headRefOid": pull.head_sha,
            "headRepository": lambda _: self._repository(head) if head else None,
            "isCrossRepository": pull.is_from_fork,
            "additions": lambda _: sum(file.additions for file in files_of(pull)),
            "deletions": lambda _: sum(file.deletions for file in files_of(pull)),
            "changedFiles": lambda _: len(files_of(pull)),
            "createdAt": to_text(pull.created_at),
            "updatedAt": to_text(pull.updated_at),
            "closedAt": _time(pull.closed_at),
            "mergedAt": _time(pull.merged_at),
            "repository": lambda _: self._repository(repository),
            "reviews": lambda info, **arguments: self._reviews(pull, info, arguments),
            "comments": lambda info, **arguments: self._comments(pull, info, arguments),
            "files": lambda info, **arguments: self._files(pull, info, arguments),
            **_place(repository, pull.number),
        }

    def _review(self, review: Review) -> Answer:
        return {
            "__typename": "PullRequestReview",
            **self._remark(review, f"#pullrequestreview-{review.id}"),
            "state": review.state,
            "submittedAt": _time(review.submitted_at),
            "comments": lambda info, **arguments: self._connection(
                info, review.visible_comments, arguments, key=_by_id, answer=self._review_comment
            ),
        }

    def _review_comment(self, comment: ReviewComment) -> Answer:
        root = comment.in_reply_to
        return {
            "__typename": "PullRequestReviewComment",
            **self._remark(comment, f"#discussion_r{comment.id}"),
            "path": comment.path,
            "line": comment.line,
            "pullRequestReview": lambda _: self._review(comment.review),
            "replyTo": lambda _: self._review_comment(root) if root and not root.deleted else None,
        }

    def _issue_comment(self, comment: IssueComment) -> Answer:
        return {
            "__typename": "IssueComment",
            **self._remark(comment, f"#issuecomment-{comment.id}", "pull" if comment.of_pull else "issues"),
        }

    def _remark(self, remark: Remark, anchor: str, folder: str = "pull") -> Answer:
        return {
            "id": remark.node_id,
            "databaseId": remark.id,
            "fullDatabaseId": str(remark.id),
            "author": lambda _: actor(remark.author),
            "body": remark.body,
            "isMinimized": remark.is_minimized,
            "createdAt": to_text(remark.created_at),
            "updatedAt": to_text(remark.updated_at),
            "pullRequest": lambda _: self._of_number(remark),
            "repository": lambda _: self._repository(remark.repository),
            **_place(remark.repository, remark.number, folder, anchor),
        }

    def _of_number(self, remark: Remark) -> Answer | None:
        pulls = self._pulls_of(remark.repository)
        pull = pulls.find(remark.number) if pulls else None
        return self.pull_request(pull) if pull else None

    def _reviews(self, pull: PullRequest, info: FieldInfo, arguments: Mapping[str, Any]) -> Answer:
        states, author = arguments.get("states"), arguments.get("author")
        kept = [
            review
            for review in pull.visible_reviews
            if (states is None or review.state in states)
            and (author is None or (review.author and _login(review.author) == author))
        ]
        return self._connection(info, kept, arguments, key=_by_id, answer=self._review)

    def _comments(self, pull: PullRequest, info: FieldInfo, arguments: Mapping[str, Any]) -> Answer:
        order = arguments.get("orderBy")
        return self._connection(
            info,
            pull.visible_conversation,
            arguments,
            key=_by_update if order else _by_id,
            answer=self._issue_comment,
            direction=order["direction"] if order else "ASC",
        )

    def _files(self, pull: PullRequest, info: FieldInfo, arguments: Mapping[str, Any]) -> Answer:
        self._workload.compared_files += len(files_of(pull))
        numbered = list(enumerate(listed_files_of(pull), 1))
        return self._connection(
            info, numbered, arguments, key=lambda each: (each[0],), answer=lambda each: _changed_file(each[1])
        )

    def _connection(
        self,
        info: FieldInfo,
        items: Sequence[Item],
        arguments: Mapping[str, Any],
        *,
        key: Callable[[Item], Key],
        answer: Callable[[Item], Answer],
        direction: str = "ASC",
    ) -> Answer:
        return keyset_connection(
            info, items, arguments, key=key, answer=answer, count=self._workload.add, direction=direction
        )


def actor(person: Person | None) -> Answer | None:
    """Who wrote something; null where the account was deleted."""
    if person is None:
        return None
    path = f"/apps/{_login(person)}" if person.kind == "Bot" else f"/{person.login}"
    return {
        "__typename": person.kind,
        "id": person.node_id,
        "databaseId": person.id,
        "login": _login(person),
        "resourcePath": path,
        "url": WEB + path,
    }


def _login(person: Person) -> str:
    return person.login.removesuffix(BOT_SUFFIX) if person.kind == "Bot" else person.login


def _changed_file(file: ChangedFile) -> Answer:
    return {
        "__typename": "PullRequestChangedFile",
        "path": file.path,
        "additions": file.additions,
        "deletions": file.deletions,
        "changeType": _CHANGE_TYPES.get(file.status, file.status.upper()),
    }


def _passes(pull: PullRequest, wanted: Mapping[str, Any]) -> bool:
    states = wanted.get("states")
    return (
        (states is None or _state(pull) in states)
        and wanted.get("headRefName") in (None, pull.head_ref)
        and wanted.get("baseRefName") in (None, pull.base_ref)
    )


def _state(pull: PullRequest) -> str:
    if pull.is_open:
        return "OPEN"
    return "CLOSED" if pull.merged_at is None else "MERGED"


def _by_id(remark: Remark) -> Key:
    return (remark.id,)


def _by_update(item: PullRequest | Remark) -> Key:
    return (item.updated_at, item.id)


_ORDERS: dict[str, Callable[[PullRequest], Key]] = {
    "CREATED_AT": lambda pull: (pull.created_at, pull.id),
    "UPDATED_AT": _by_update,
    "COMMENTS": lambda pull: (len(pull.visible_conversation), pull.id),
}


def _place(repository: Repository, number: int, folder: str = "pull", anchor: str = "") -> Answer:
    path = f"/{repository.full_name}/{folder}/{number}{anchor}"
    return {"resourcePath": path, "url": WEB + path}


def _time(instant: int | None) -> str | None:
    return None if instant is None else to_text(instant)
