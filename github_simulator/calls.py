"""A REST request on its way to its answer."""

from collections.abc import Mapping
from dataclasses import dataclass

from github_simulator.answer import Request
from github_simulator.limits import TokenLimits
from github_simulator.listing import Page
from github_simulator.routes import Match
from github_simulator.tokens import Identity
from github_simulator.world import RepositoryHistory


@dataclass(frozen=True)
class Call:
    """A request on its way to its answer."""

    request: Request
    match: Match
    query: Mapping[str, str]
    identity: Identity
    limits: TokenLimits
    api_version: str


@dataclass(frozen=True)
class RepositoryCall(Call):
    """One that concerns a repository that the caller may see."""

    history: RepositoryHistory

    @property
    def page(self) -> Page:
        return Page.of(self.query)

    def number(self, name: str) -> int:
        """A number in the path; -1, which nothing has, where it is none."""
        text = self.match.values[name]
        return int(text) if text.isdecimal() else -1
