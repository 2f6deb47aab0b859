"""A careful reader of pull requests over GraphQL: what it finds, as rows in the words of the truth."""

import json
from collections.abc import Iterator
from typing import Any

from github_simulator.in_process import API_URL, Caller, InProcessGitHub
from github_simulator.payloads import Payloads
from github_simulator.truth import Truth

PAGE = "totalCount pageInfo { hasNextPage endCursor }"
AUTHOR = "author { __typename login }"
REMARK = f"id fullDatabaseId {AUTHOR} body isMinimized createdAt updatedAt"
LINE_COMMENT = f"{REMARK} path line pullRequestReview {{ fullDatabaseId }} replyTo {{ fullDatabaseId }}"
FIELDS = f"""__typename id fullDatabaseId number title state isDraft merged {AUTHOR} baseRefName headRefName
  headRefOid headRepository {{ databaseId }} additions deletions changedFiles createdAt updatedAt closedAt
  mergedAt"""
PARTS = {
    "reviews": f"{REMARK} state submittedAt comments(first: 10) {{ {PAGE} nodes {{ {LINE_COMMENT} }} }}",
    "comments": REMARK,
    "files": "path additions deletions changeType",
}
BULK = f"""query Pulls($size: Int!, $after: String, $part: Int!) {{ rateLimit {{ cost nodeCount }}
  repository(owner: "octo", name: "example") {{
  pullRequests(first: $size, after: $after, orderBy: {{field: UPDATED_AT, direction: DESC}}) {{ {PAGE}
    nodes {{ {FIELDS}
      {" ".join(f"{part}(first: $part) {{ {PAGE} nodes {{ {fields} }} }}" for part, fields in PARTS.items())}
    }} }} }} }}"""


def _more(kind: str, name: str, fields: str) -> str:
    """The query for further pages of one connection of many owners."""
    page = f"{name}(first: $size, after: $after) {{ {PAGE} nodes {{ {fields} }} }}"
    return f"""query More($ids: [ID!]!, $size: Int!, $after: String) {{
      nodes(ids: $ids) {{ id ... on {kind} {{ {page} }} }} }}"""


MORE_OF = {
    **{part: _more("PullRequest", part, fields) for part, fields in PARTS.items()},
    "of_review": _more("PullRequestReview", "comments", LINE_COMMENT),
}
STATUSES = {
    "ADDED": "added",
    "DELETED": "removed",
    "MODIFIED": "modified",
    "RENAMED": "renamed",
    "COPIED": "copied",
    "CHANGED": "changed",
}

Json = dict[str, Any]


def data_of(caller: Caller, query: str, **variables: Any) -> Json:
    """The data of an answer that has no errors."""
    answer = caller.query(query, **variables)
    assert answer.status == 200
    body: Json = json.loads(answer.body)
    assert "errors" not in body, body["errors"]
    data: Json = body["data"]
    return data


def bulk_page(github: Caller, size: int = 20, after: str | None = None, part: int = 10) -> Json:
    """One page of pull requests, the last updated first, with the beginning of everything."""
    page: Json = data_of(github, BULK, size=size, after=after, part=part)["repository"]["pullRequests"]
    return page


def every_pull(github: Caller, size: int = 20, part: int = 10) -> Iterator[Json]:
    """All pull requests, page by page."""
    after = None
    while True:
        page = bulk_page(github, size, after, part)
        yield from page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            return
        after = page["pageInfo"]["endCursor"]


def whole(github: Caller, owner: Json, name: str, more: str) -> list[Json]:
    """A connection to its end: its first page is in the owner."""
    page, nodes = owner[name], list(owner[name]["nodes"])
    while page["pageInfo"]["hasNextPage"]:
        after = page["pageInfo"]["endCursor"]
        (again,) = data_of(github, MORE_OF[more], ids=[owner["id"]], size=100, after=after)["nodes"]
        page = again[name]
        nodes += page["nodes"]
    assert len(nodes) == page["totalCount"]
    return nodes


def everything(github: Caller) -> dict[str, list[Json]]:
    """All rows that GraphQL tells, by table, each table in the order of the truth."""
    rows: dict[str, list[Json]] = {table: [] for table in ORDER}
    for pull in every_pull(github):
        rows["pull_requests"].append(_pull_row(pull))
        for review in whole(github, pull, "reviews", "reviews"):
            rows["reviews"].append(_review_row(pull, review))
            comments = whole(github, review, "comments", "of_review")
            rows["review_comments"] += [_line_comment_row(pull, one) for one in comments]
        rows["issue_comments"] += [
            _remark_row(pull, one) for one in whole(github, pull, "comments", "comments")
        ]
        rows["file_changes"] += [_file_row(pull, one) for one in whole(github, pull, "files", "files")]
    return {table: sorted(found, key=ORDER[table]) for table, found in rows.items()}


ORDER: dict[str, Any] = {
    "pull_requests": lambda row: row["number"],
    "reviews": lambda row: row["id"],
    "review_comments": lambda row: row["id"],
    "issue_comments": lambda row: row["id"],
    "file_changes": lambda row: (row["pull_request_number"], row["path"]),
}


def truth_of(github: InProcessGitHub, table: str) -> list[Json]:
    """The ground truth of a table."""
    reader = Truth(github.world, Payloads(API_URL))
    return sorted((json.loads(line) for line in reader.lines(table)), key=ORDER[table])


def _pull_row(node: Json) -> Json:
    head = node["headRepository"]
    return {
        "repository_id": 812_000_000,
        "id": int(node["fullDatabaseId"]),
        "node_id": node["id"],
        "number": node["number"],
        "title": node["title"],
        "state": "open" if node["state"] == "OPEN" else "closed",
        "draft": node["isDraft"],
        "merged": node["merged"],
        "author_login": login(node["author"]),
        "base_ref": node["baseRefName"],
        "head_ref": node["headRefName"],
        "head_sha": node["headRefOid"],
        "head_repository_id": head["databaseId"] if head else None,
        "additions": node["additions"],
        "deletions": node["deletions"],
        "changed_files": node["changedFiles"],
        "created_at": node["createdAt"],
        "updated_at": node["updatedAt"],
        "closed_at": node["closedAt"],
        "merged_at": node["mergedAt"],
    }


def _remark_row(pull: Json, node: Json) -> Json:
    return {
        "repository_id": 812_000_000,
        "id": int(node["fullDatabaseId"]),
        "pull_request_number": pull["number"],
        "author_login": login(node["author"]),
        "body": node["body"],
        "is_minimized": node["isMinimized"],
        "created_at": node["createdAt"],
        "updated_at": node["updatedAt"],
        "deleted": False,
    }


def _review_row(pull: Json, node: Json) -> Json:
    told = {"node_id": node["id"], "state": node["state"], "submitted_at": node["submittedAt"]}
    return {**_remark_row(pull, node), **told}


def _line_comment_row(pull: Json, node: Json) -> Json:
    return {
        **_remark_row(pull, node),
        "review_id": int(node["pullRequestReview"]["fullDatabaseId"]),
        "path": node["path"],
        "line": node["line"],
        "in_reply_to_id": int(node["replyTo"]["fullDatabaseId"]) if node["replyTo"] else None,
    }


def _file_row(pull: Json, node: Json) -> Json:
    return {
        "repository_id": 812_000_000,
        "pull_request_number": pull["number"],
        "path": node["path"],
        "head_sha": pull["headRefOid"],
        "status": STATUSES[node["changeType"]],
        "additions": node["additions"],
        "deletions": node["deletions"],
        "changes": node["additions"] + node["deletions"],
    }


def login(author: Json | None) -> str | None:
    """As REST writes it: GraphQL leaves `[bot]` out."""
    if author is None:
        return None
    return f"{author['login']}[bot]" if author["__typename"] == "Bot" else str(author["login"])
