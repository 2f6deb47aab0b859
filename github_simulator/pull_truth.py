"""The ground truth of pull requests, as rows: keys are columns of the capture's tables.

From the world itself, never from an answer. Times are texts as GitHub writes them. `deleted`
tells of reviews and comments that GitHub has no more, as they last were. Logins are REST's
(`dependabot[bot]`, which GraphQL calls `dependabot`). Of issues that are no pull requests there
is nothing here, of changed files only what GitHub lists: the first 3,000.
"""

from collections.abc import Iterator
from typing import Any

from github_simulator.history import Person
from github_simulator.instants import to_text
from github_simulator.pull_files import files_of, listed_files_of
from github_simulator.pull_records import IssueComment, PullRequest, Remark, Review, ReviewComment
from github_simulator.pulls import PullRequests

Row = dict[str, Any]


def pull_request_rows(pulls: PullRequests) -> Iterator[Row]:
    """`pull_requests`, by number."""
    return (_pull_request(pull) for pull in pulls.every())


def review_rows(pulls: PullRequests) -> Iterator[Row]:
    """`reviews`, by id."""
    return (_review(review) for review in pulls.reviews.every)


def review_comment_rows(pulls: PullRequests) -> Iterator[Row]:
    """`review_comments`, by id."""
    return (_review_comment(comment) for comment in pulls.review_comments.every)


def issue_comment_rows(pulls: PullRequests) -> Iterator[Row]:
    """`issue_comments`, by id."""
    return (_issue_comment(comment) for comment in pulls.issue_comments.every if comment.of_pull)


def file_change_rows(pulls: PullRequests) -> Iterator[Row]:
    """`file_changes`, by the pull request's number and the path."""
    return (row for pull in pulls.every() for row in _file_changes(pull))


def _pull_request(pull: PullRequest) -> Row:
    files = files_of(pull)
    return {
        "repository_id": pull.repository.id,
        "id": pull.id,
        "node_id": pull.node_id,
        "number": pull.number,
        "title": pull.title,
        "state": "open" if pull.is_open else "closed",
        "draft": pull.draft,
        "merged": pull.merged_at is not None,
        "author_login": _login(pull.author),
        "base_ref": pull.base_ref,
        "head_ref": pull.head_ref,
        "head_sha": pull.head_sha,
        "head_repository_id": pull.head_repository.id if pull.head_repository else None,
        "additions": sum(file.additions for file in files),
        "deletions": sum(file.deletions for file in files),
        "changed_files": len(files),
        "created_at": to_text(pull.created_at),
        "updated_at": to_text(pull.updated_at),
        "closed_at": _time(pull.closed_at),
        "merged_at": _time(pull.merged_at),
    }


def _review(review: Review) -> Row:
    told = {"node_id": review.node_id, "state": review.state, "submitted_at": _time(review.submitted_at)}
    return {**_remark(review), **told}


def _review_comment(comment: ReviewComment) -> Row:
    return {
        **_remark(comment),
        "review_id": comment.review.id,
        "path": comment.path,
        "line": comment.line,
        "in_reply_to_id": comment.in_reply_to.id if comment.in_reply_to else None,
    }


def _issue_comment(comment: IssueComment) -> Row:
    return _remark(comment)


def _remark(remark: Remark) -> Row:
    return {
        "repository_id": remark.repository.id,
        "id": remark.id,
        "pull_request_number": remark.number,
        "author_login": _login(remark.author),
        "body": remark.body,
        "is_minimized": remark.is_minimized,
        "created_at": to_text(remark.created_at),
        "updated_at": to_text(remark.updated_at),
        "deleted": remark.deleted,
    }


def _file_changes(pull: PullRequest) -> Iterator[Row]:
    for file in listed_files_of(pull):
        yield {
            "repository_id": pull.repository.id,
            "pull_request_number": pull.number,
            "path": file.path,
            "head_sha": pull.head_sha,
            "previous_path": file.previous_path,
            "status": file.status,
            "additions": file.additions,
            "deletions": file.deletions,
            "changes": file.additions + file.deletions,
        }


def _login(person: Person | None) -> str | None:
    return person.login if person else None


def _time(instant: int | None) -> str | None:
    return None if instant is None else to_text(instant)
