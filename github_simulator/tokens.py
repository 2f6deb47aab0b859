"""Who asks: the tokens that the simulator knows, told by how they begin.

| token | is |
|---|---|
| none | anonymous: 60 requests an hour, no GraphQL |
| `sim-expired...` and whatever does not begin with `sim-` | refused, 401 |
| `sim-noperm...` | without `actions: read`, 403 on everything about Actions |
| `sim-nopulls...` | without `pull-requests: read` and `issues: read`, 403 (GraphQL: FORBIDDEN) |
| `sim-noadmin...` | without `administration: read`, 403 on settings |
| `sim-nograph...` | refused by GraphQL, 403 |
| `sim-nocontents...` | without `contents: write`, 403 where releases are written |
| `sim-nodispatch...` | without `actions: write`, 403 where runs, workflows and artifacts are |
| `sim-readonly...` | without either of them |
| any other `sim-...` | may read and write everything |
"""

import hashlib
from dataclasses import dataclass
from typing import Literal, get_args

Permission = Literal[
    "metadata",
    "actions",
    "actions_write",
    "contents",
    "contents_write",
    "pull_requests",
    "issues",
    "administration",
    "graphql",
]
_ALL: frozenset[Permission] = frozenset(get_args(Permission))
_MISSING: dict[str, frozenset[Permission]] = {
    "sim-noperm": frozenset({"actions", "actions_write", "administration"}),
    "sim-nopulls": frozenset({"pull_requests", "issues"}),
    "sim-noadmin": frozenset({"administration"}),
    "sim-nograph": frozenset({"graphql"}),
    "sim-nocontents": frozenset({"contents_write"}),
    "sim-nodispatch": frozenset({"actions_write"}),
    "sim-readonly": frozenset({"actions_write", "contents_write"}),
}


def accepted(permission: Permission) -> str:
    """A permission as the header `X-Accepted-GitHub-Permissions` names it: `contents=write`."""
    name = permission.removesuffix("_write")
    return f"{name}={'read' if name == permission else 'write'}"


@dataclass(frozen=True)
class Identity:
    """Whom a request comes from. `key` tells identities apart and holds no token."""

    key: str
    permissions: frozenset[Permission]

    @property
    def is_anonymous(self) -> bool:
        return self == ANONYMOUS


ANONYMOUS = Identity("anonymous", frozenset({"metadata", "actions", "contents", "pull_requests", "issues"}))


def identify(authorization: str | None) -> Identity | None:
    """The identity behind an Authorization header; None: bad credentials.

    GitHub takes `Bearer TOKEN` and `token TOKEN`.
    """
    if not authorization:
        return ANONYMOUS
    scheme, _, token = authorization.partition(" ")
    known = scheme.lower() in {"bearer", "token"} and token.startswith("sim-")
    if not known or token.startswith("sim-expired"):
        return None
    missing = next((gone for begin, gone in _MISSING.items() if token.startswith(begin)), frozenset())
    return Identity(hashlib.sha256(token.encode()).hexdigest()[:12], _ALL - missing)
