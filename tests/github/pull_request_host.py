"""Pull requests for the server on loopback: it answers the queries about them, page by page, as told."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

from loopback_github import Reply, Seen


@dataclass
class Pull:
    """A pull request: the number of comments of each of its reviews, of its comments, of its files."""

    number: int
    reviews: list[int] = field(default_factory=list)
    comments: int = 0
    files: int = 1

    @property
    def id(self) -> str:
        return f"p{self.number}"


def page(items: list[dict[str, Any]], first: int, after: str | None = None) -> dict[str, Any]:
    """A connection: so many items after a cursor, which is the number of those before it."""
    start = int(after or 0)
    end = min(start + first, len(items))
    info = {"hasNextPage": end < len(items), "endCursor": str(end)}
    return {"totalCount": len(items), "pageInfo": info, "nodes": items[start:end]}


def operation(seen: Seen) -> str:
    """The name of the query that was sent."""
    found = re.match(r"\s*query (\w+)", json.loads(seen.body)["query"])
    assert found
    return found[1]


class PullRequestHost:
    """Answers about `pulls`, newest first.

    A page that may bring more than `heavy_above` nodes takes too long, as does any with a number of `poison`.
    """

    def __init__(self, pulls: list[Pull]) -> None:
        self.pulls = pulls
        self.heavy_above = 500_000
        self.poison: set[int] = set()
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def __call__(self, seen: Seen) -> Reply:
        name, variables = operation(seen), seen.variables
        self.asked.append((name, variables))
        match name:
            case "PullRequests" | "PullRequestNumbers":
                return self._bulk(variables, only_names=name == "PullRequestNumbers")
            case "PullRequest":
                return self._one(variables)
            case _:
                return self._nodes(name, variables)

    def _nodes(self, name: str, variables: dict[str, Any]) -> Reply:
        if "ids" in variables:
            return data(nodes=[self._node(name, each, None) for each in variables["ids"]])
        numbers = range(len(variables) // 2)
        pages = [self._node(name, variables[f"id{n}"], variables[f"after{n}"]) for n in numbers]
        return data(**{f"node{n}": found for n, found in zip(numbers, pages, strict=True)})

    def _bulk(self, variables: dict[str, Any], *, only_names: bool) -> Reply:
        if only_names:
            names = [{"id": pull.id, "number": pull.number} for pull in self.pulls]
            found = page(names, variables["pulls"], variables["after"])
            return data(repository={"pullRequests": found})
        of_one = 1 + variables["reviews"] * (1 + variables["reviewComments"])
        of_one += variables["comments"] + variables["files"]
        nodes = [self.node(pull, variables) for pull in self.pulls]
        found = page(nodes, variables["pulls"], variables["after"])
        poisoned = self.poison & {node["number"] for node in found["nodes"]}
        if variables["pulls"] * of_one > self.heavy_above or poisoned:
            return Reply(b"<html>", status=502)
        return data(repository={"pullRequests": found})

    def _one(self, variables: dict[str, Any]) -> Reply:
        pull = next((pull for pull in self.pulls if pull.number == variables["number"]), None)
        if pull is None:
            error = {"type": "NOT_FOUND", "path": ["repository", "pullRequest"], "message": "Could not"}
            return Reply({"data": {"repository": {"pullRequest": None}}, "errors": [error]})
        if variables["files"] > self.heavy_above:
            return Reply(status=504)
        return data(repository={"pullRequest": self.node(pull, variables)})

    def node(self, pull: Pull, variables: dict[str, Any]) -> dict[str, Any]:
        """A pull request with first pages."""
        reviews = [
            review | {"comments": page(of_review(review["id"], count), variables["reviewComments"])}
            for review, count in zip(reviews_of(pull), pull.reviews, strict=True)
        ]
        return {
            "id": pull.id,
            "number": pull.number,
            "updatedAt": "2026-11-01T00:00:00Z",
            "reviews": page(reviews, variables["reviews"]),
            "comments": page(comments_of(pull), variables["comments"]),
            "files": page(files_of(pull), variables["files"]),
        }

    def _node(self, name: str, node_id: str, after: str | None) -> dict[str, Any] | None:
        number = int(node_id.split("-", maxsplit=1)[0][1:])
        pull = next((pull for pull in self.pulls if pull.number == number), None)
        if pull is None:
            return None
        if name.startswith(("CommentsOfReviews", "MoreCommentsOfReview")):
            count = pull.reviews[int(node_id.split("-r")[1])]
            return {"id": node_id, "comments": page(of_review(node_id, count), 100, after)}
        listing, items = next(
            (part, list_items(pull))
            for part, list_items in (("reviews", reviews_of), ("comments", comments_of), ("files", files_of))
            if part in name.lower()
        )
        return {"id": node_id, listing: page(items, 100, after)}


def data(**fields: Any) -> Reply:
    return Reply({"data": {"rateLimit": {"cost": 1}, **fields}})


def reviews_of(pull: Pull) -> list[dict[str, Any]]:
    return [{"id": f"{pull.id}-r{number}", "state": "APPROVED"} for number in range(len(pull.reviews))]


def of_review(review: str, count: int) -> list[dict[str, Any]]:
    return [{"id": f"{review}-c{number}"} for number in range(count)]


def comments_of(pull: Pull) -> list[dict[str, Any]]:
    return [{"id": f"{pull.id}-c{number}"} for number in range(pull.comments)]


def files_of(pull: Pull) -> list[dict[str, Any]]:
    return [{"path": f"src/{number}.py"} for number in range(pull.files)]
