"""Pull requests, and what belongs to them, as the JSON objects of GitHub's REST API.

Shapes: https://docs.github.com/rest/pulls/pulls, `/reviews`, `/comments`, and
https://docs.github.com/rest/issues/comments. `user` is null where the account was deleted,
`head.repo` where the fork was, `line` where the changes no longer have it.
"""

from hashlib import sha1
from urllib.parse import quote

from github_simulator.history import Person, Repository
from github_simulator.instants import to_text
from github_simulator.payloads import Payload, Payloads
from github_simulator.pull_files import files_of
from github_simulator.pull_records import (
    ChangedFile,
    IssueComment,
    PullRequest,
    Remark,
    Review,
    ReviewComment,
)

_REACTIONS = ("+1", "-1", "laugh", "confused", "heart", "hooray", "eyes", "rocket")


class PullPayloads:
    """Builds payloads out of those of people and repositories."""

    def __init__(self, payloads: Payloads) -> None:
        self._payloads = payloads

    def pull(self, pull: PullRequest) -> Payload:
        """As in a listing."""
        url = self._url(pull.repository, "pulls", pull.number)
        html_url = f"{pull.repository.html_url}/pull/{pull.number}"
        issue_url = self._url(pull.repository, "issues", pull.number)
        statuses_url = f"{self._payloads.repository_url(pull.repository)}/statuses/{pull.head_sha}"
        links = {
            "self": url,
            "html": html_url,
            "issue": issue_url,
            "comments": f"{issue_url}/comments",
            "review_comments": f"{url}/comments",
            "review_comment": f"{self._url(pull.repository, 'pulls', 'comments')}{{/number}}",
            "commits": f"{url}/commits",
            "statuses": statuses_url,
        }
        return {
            "url": url,
            "id": pull.id,
            "node_id": pull.node_id,
            "html_url": html_url,
            "diff_url": f"{html_url}.diff",
            "patch_url": f"{html_url}.patch",
            **{f"{name}_url": links[name] for name in _LINKED},
            "number": pull.number,
            "state": "open" if pull.is_open else "closed",
            "locked": False,
            "title": pull.title,
            "user": self._person(pull.author),
            "body": pull.body,
            "created_at": to_text(pull.created_at),
            "updated_at": to_text(pull.updated_at),
            "closed_at": _time(pull.closed_at),
            "merged_at": _time(pull.merged_at),
            "merge_commit_sha": _sha(f"merge {pull.head_sha}"),
            "draft": pull.draft,
            **{name: [] for name in ("assignees", "requested_reviewers", "requested_teams", "labels")},
            **dict.fromkeys(("assignee", "milestone", "auto_merge", "active_lock_reason")),
            "head": self._end(pull.head_ref, pull.head_sha, pull.head_repository),
            "base": self._end(pull.base_ref, _sha(f"base {pull.created_at}"), pull.repository),
            "_links": {name: {"href": link} for name, link in links.items()},
            "author_association": "CONTRIBUTOR",
        }

    def full_pull(self, pull: PullRequest) -> Payload:
        """As by itself: with what costs GitHub a look at the files."""
        files, comments = files_of(pull), [len(review.visible_comments) for review in pull.visible_reviews]
        return {
            **self.pull(pull),
            "merged": pull.merged_at is not None,
            "mergeable": None,
            "rebaseable": None,
            "mergeable_state": "unknown",
            "merged_by": self._person(pull.author) if pull.merged_at is not None else None,
            "comments": len(pull.visible_conversation),
            "review_comments": sum(comments),
            "maintainer_can_modify": False,
            "commits": len(pull.pushes),
            "additions": sum(file.additions for file in files),
            "deletions": sum(file.deletions for file in files),
            "changed_files": len(files),
        }

    def file(self, pull: PullRequest, file: ChangedFile) -> Payload:
        path = quote(file.path)
        repository, html_url = self._payloads.repository_url(pull.repository), pull.repository.html_url
        payload = {
            "sha": _sha(f"{pull.head_sha} {file.path}"),
            "filename": file.path,
            "status": file.status,
            "additions": file.additions,
            "deletions": file.deletions,
            "changes": file.additions + file.deletions,
            "blob_url": f"{html_url}/blob/{pull.head_sha}/{path}",
            "raw_url": f"{html_url}/raw/{pull.head_sha}/{path}",
            "contents_url": f"{repository}/contents/{path}?ref={pull.head_sha}",
        }
        if file.previous_path is not None:
            payload["previous_filename"] = file.previous_path
        return payload

    def review(self, pull: PullRequest, review: Review) -> Payload:
        """A pending one has no `submitted_at`, not even null."""
        html_url = f"{self._html_url(review)}#pullrequestreview-{review.id}"
        pull_url = self._url(review.repository, "pulls", review.number)
        submitted = {} if review.submitted_at is None else {"submitted_at": to_text(review.submitted_at)}
        return {
            "id": review.id,
            "node_id": review.node_id,
            "user": self._person(review.author),
            "body": review.body,
            "state": review.state,
            "html_url": html_url,
            "pull_request_url": pull_url,
            "author_association": "CONTRIBUTOR",
            "_links": {"html": {"href": html_url}, "pull_request": {"href": pull_url}},
            **submitted,
            "commit_id": pull.push_at(review.created_at).sha,
        }

    def review_comment(self, pull: PullRequest, comment: ReviewComment) -> Payload:
        """`in_reply_to_id` is there only where it answers another."""
        url = self._url(comment.repository, "pulls", f"comments/{comment.id}")
        pull_url = self._url(comment.repository, "pulls", comment.number)
        html_url = f"{self._html_url(comment)}#discussion_r{comment.id}"
        answered = {} if comment.in_reply_to is None else {"in_reply_to_id": comment.in_reply_to.id}
        links = {"self": url, "html": html_url, "pull_request": pull_url}
        line = comment.line or 1
        return {
            "url": url,
            "pull_request_review_id": comment.review.id,
            **self._remark(comment, html_url),
            "diff_hunk": f"@@ -{line},1 +{line},1 @@\n-before\n+after",
            "path": comment.path,
            "position": comment.line,
            "original_position": line,
            "commit_id": pull.head_sha,
            "original_commit_id": pull.push_at(comment.created_at).sha,
            "pull_request_url": pull_url,
            "_links": {name: {"href": link} for name, link in links.items()},
            "reactions": _no_reactions(url),
            **dict.fromkeys(("start_line", "original_start_line", "start_side")),
            "line": comment.line,
            "original_line": line,
            "side": "RIGHT",
            "subject_type": "line",
            **answered,
        }

    def issue_comment(self, comment: IssueComment) -> Payload:
        """`html_url` tells whether it is about a pull request."""
        url = self._url(comment.repository, "issues", f"comments/{comment.id}")
        html_url = f"{self._html_url(comment)}#issuecomment-{comment.id}"
        return {
            "url": url,
            "issue_url": self._url(comment.repository, "issues", comment.number),
            **self._remark(comment, html_url),
            "reactions": _no_reactions(url),
            "performed_via_github_app": None,
        }

    def _remark(self, remark: ReviewComment | IssueComment, html_url: str) -> Payload:
        return {
            "html_url": html_url,
            "id": remark.id,
            "node_id": remark.node_id,
            "user": self._person(remark.author),
            "body": remark.body,
            "created_at": to_text(remark.created_at),
            "updated_at": to_text(remark.updated_at),
            "author_association": "CONTRIBUTOR",
        }

    def _end(self, ref: str, sha: str, repository: Repository | None) -> Payload:
        """One of the two branches of a pull request."""
        owner = repository.owner if repository else None
        return {
            "label": f"{owner.login}:{ref}" if owner else f"unknown:{ref}",
            "ref": ref,
            "sha": sha,
            "user": self._person(owner),
            "repo": self._payloads.full_repository(repository) if repository else None,
        }

    def _person(self, person: Person | None) -> Payload | None:
        return self._payloads.person(person) if person else None

    def _url(self, repository: Repository, folder: str, place: int | str) -> str:
        return f"{self._payloads.repository_url(repository)}/{folder}/{place}"

    def _html_url(self, remark: Remark) -> str:
        is_issue = isinstance(remark, IssueComment) and not remark.of_pull
        return f"{remark.repository.html_url}/{'issues' if is_issue else 'pull'}/{remark.number}"


_LINKED = ("issue", "comments", "review_comments", "review_comment", "commits", "statuses")


def _no_reactions(url: str) -> Payload:
    return {"url": f"{url}/reactions", "total_count": 0, **dict.fromkeys(_REACTIONS, 0)}


def _sha(name: str) -> str:
    return sha1(name.encode(), usedforsecurity=False).hexdigest()


def _time(instant: int | None) -> str | None:
    return None if instant is None else to_text(instant)
