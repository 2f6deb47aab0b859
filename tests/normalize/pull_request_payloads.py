"""Made-up payloads of a pull request and what belongs to it, as REST and as GraphQL write them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

NOW = datetime(2026, 11, 22, 3, 45, tzinfo=UTC)
OBSERVED: dict[str, Any] = {"repository_id": 3, "captured_at": NOW}
PULL_REQUEST: dict[str, Any] = {**OBSERVED, "pull_request_number": 12}
HOSTILE = "a\x00b\ud800 🚀 '; DROP TABLE reviews; --"
HOSTILE_KEPT = "a\ufffdb\ufffd 🚀 '; DROP TABLE reviews; --"
LONG = "🚀é\n" * 50_000


def connection(*nodes: Any, total: int | None = None, more: bool = False) -> dict[str, Any]:
    """A connection's page that holds these nodes; as many as there are, unless it says otherwise."""
    return {
        "totalCount": len(nodes) if total is None else total,
        "pageInfo": {"hasNextPage": more, "endCursor": "Y3Vyc29y" if nodes else None},
        "nodes": list(nodes),
    }


def pull_node(**changes: Any) -> dict[str, Any]:
    return {
        "id": "PR_kwDO1",
        "fullDatabaseId": "3000000012",
        "number": 12,
        "title": "Wait for the review 🚀",
        "state": "OPEN",
        "isDraft": True,
        "merged": False,
        "author": {"login": "octocat"},
        "baseRefName": "main",
        "headRefName": "feature/wait",
        "headRefOid": "c" * 40,
        "headRepository": {"databaseId": 4_000_000_000},
        "additions": 10,
        "deletions": 2,
        "changedFiles": 3,
        "createdAt": "2026-11-01T10:00:00Z",
        "updatedAt": "2026-11-02T10:00:00Z",
        "closedAt": None,
        "mergedAt": None,
        **changes,
    }


def review_node(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "id": f"PRR_{number}",
        "fullDatabaseId": str(number),
        "author": {"login": "hubot"},
        "state": "CHANGES_REQUESTED",
        "body": "Please wait.",
        "isMinimized": False,
        "createdAt": "2026-11-01T11:00:00Z",
        "updatedAt": "2026-11-01T11:05:00Z",
        "submittedAt": "2026-11-01T11:04:00Z",
        "comments": connection(),
        **changes,
    }


def review_comment_node(number: int, review: int = 71, **changes: Any) -> dict[str, Any]:
    return {
        "id": f"PRRC_{number}",
        "fullDatabaseId": str(number),
        "pullRequestReview": {"fullDatabaseId": str(review)},
        "author": {"login": "hubot"},
        "body": "Here?",
        "path": "src/größe.py",
        "line": 7,
        "replyTo": None,
        "isMinimized": False,
        "createdAt": "2026-11-01T11:01:00Z",
        "updatedAt": "2026-11-01T11:02:00Z",
        **changes,
    }


def issue_comment_node(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "id": f"IC_{number}",
        "fullDatabaseId": str(number),
        "author": {"login": "octocat"},
        "body": "Done.",
        "isMinimized": False,
        "createdAt": "2026-11-01T12:00:00Z",
        "updatedAt": "2026-11-01T12:30:00Z",
        **changes,
    }


def file_node(path: str, change_type: str = "MODIFIED", /, **changes: Any) -> dict[str, Any]:
    return {"path": path, "additions": 5, "deletions": 1, "changeType": change_type, **changes}
