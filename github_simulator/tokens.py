"""Who asks: the tokens that the simulator knows, told by how they begin.

| token | is |
|---|---|
| none | anonymous: 60 requests an hour, no GraphQL |
| `sim-expired...` and whatever does not begin with `sim-` | refused, 401 |
| `sim-noperm...` | without `actions: read`, 403 on everything about Actions |
| `sim-nopulls...` | without `pull-requests: read` and `issues: read`, 403 (GraphQL: FORBIDDEN) |
| `sim-noadmin...` | without `administration: read`, 403 on settings |
| `sim-nograph...` | refused by GraphQL, 403 |
| any other `sim-...` | may read everything |
"""

import hashlib
from dataclasses import dataclass
from typing import Literal, get_args

Permission = Literal["metadata", "actions", "pull_requests", "issues", "administration", "graphql"]
_ALL: frozenset[Permission] = frozenset(get_args(Permission))
_MISSING: dict[str, frozenset[Permission]] = {
    "sim-noperm": frozenset({"actions", "administration"}),
    "sim-nopulls": frozenset({"pull_requests", "issues"}),
    "sim-noadmin": frozenset({"administration"}),
    "sim-nograph": frozenset({"graphql"}),
}


@dataclass(frozen=True)
class Identity:
    """Whom a request comes from. `key` tells identities apart and holds no token."""

    key: str
    permissions: frozenset[Permission]

    @property
    def is_anonymous(self) -> bool:
        return self == ANONYMOUS


ANONYMOUS = Identity("anonymous", frozenset({"metadata", "actions", "pull_requests", "issues"}))


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
