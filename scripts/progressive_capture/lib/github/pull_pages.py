"""A page of pull requests: as much as GitHub can bear, and the names of those that it does not give."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from progressive_capture.lib.errors import GitHubUnavailableError
from progressive_capture.lib.github.failures import TooHeavyError
from progressive_capture.lib.github.fitted_sizes import SMALLEST_SIZES
from progressive_capture.lib.github.pull_answers import MissingPull, page_in
from progressive_capture.lib.github.repository_paths import owner_and_name

if TYPE_CHECKING:
    from progressive_capture.lib.github.fitted_sizes import FittedSizes, PageSizes
    from progressive_capture.lib.github.graphql_access import GraphQLAccess
    from progressive_capture.lib.github.messages import GraphQLAnswer
    from progressive_capture.lib.github.pull_answers import PullRequestsPage


class PullPages:
    """The pages of one repository's pull requests, the last updated first."""

    def __init__(self, graphql: GraphQLAccess, full_name: str) -> None:
        self._graphql = graphql
        self._full_name = full_name
        owner, name = owner_and_name(full_name)
        self._variables: dict[str, Any] = {"owner": owner, "name": name}

    def page(self, after: str | None, sizes: FittedSizes) -> PullRequestsPage:
        """The page after a cursor; what is too much for GitHub is asked for in smaller pages."""
        asked, failure = sizes.next(), ""
        while asked != SMALLEST_SIZES:
            try:
                return self._page(after, sizes, asked)
            except TooHeavyError:
                sizes.too_much(asked)
                asked = sizes.next()
        try:
            return self._page(after, sizes, asked)
        except (TooHeavyError, GitHubUnavailableError) as last:
            failure = str(last)
        named = self._names(after, asked)
        missing = [MissingPull(number=n["number"], node_id=n["id"], reason=failure) for n in named.nodes]
        return replace(named, nodes=[], missing=missing + named.missing)

    def _page(self, after: str | None, sizes: FittedSizes, asked: PageSizes) -> PullRequestsPage:
        page, seconds = self._graphql.ask(
            "pull_requests",
            {**self._variables, "after": after, **asked.variables()},
            shrinkable=asked != SMALLEST_SIZES,
            read=lambda answer: (page_in(answer, self._full_name, after), answer.seconds),
        )
        sizes.answered(asked, seconds)
        sizes.saw(page.nodes)
        unnamed = [each for each in page.missing if each.number is None]
        return self._with_names(page, unnamed, after, asked) if unnamed else page

    def _with_names(
        self, page: PullRequestsPage, unnamed: list[MissingPull], after: str | None, asked: PageSizes
    ) -> PullRequestsPage:
        """The page, with the numbers of those that are missing without one, as far as GitHub gives them."""
        named = self._names(after, asked)
        known = {node["number"] for node in page.nodes} | {each.number for each in page.missing}
        found = [node for node in named.nodes if node["number"] not in known]
        missing = [
            MissingPull(number=node["number"], node_id=node["id"], reason=unnamed[0].reason) for node in found
        ]
        kept = [each for each in page.missing if each.number is not None]
        still_unnamed = unnamed[len(found) :]
        return replace(page, missing=[*kept, *missing, *still_unnamed])

    def _names(self, after: str | None, asked: PageSizes) -> PullRequestsPage:
        """The same page with nothing but ids and numbers, which is as light as can be."""
        try:
            return self._graphql.ask(
                "pull_request_numbers",
                {**self._variables, "after": after, "pulls": asked.pulls},
                shrinkable=False,
                read=partial(self._read_names, after),
            )
        except TooHeavyError as failure:
            raise GitHubUnavailableError(
                f"GitHub gave no usable list of the pull requests of {self._full_name}: {failure}.",
                hint="See https://www.githubstatus.com, then run the same command again: it goes on where it "
                "stopped.",
            ) from failure

    def _read_names(self, after: str | None, answer: GraphQLAnswer) -> PullRequestsPage:
        return page_in(answer, self._full_name, after)
