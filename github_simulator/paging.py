"""The Link header, which names the first, previous, next and last page.

https://docs.github.com/rest/using-the-rest-api/using-pagination-in-the-rest-api
"""

from collections.abc import Mapping
from urllib.parse import urlencode

from github_simulator.listing import Page


def link_header(url: str, query: Mapping[str, str], page: Page, last_page: int) -> str | None:
    """The header's value; None where there is only one page."""
    relations = {}
    if page.number > 1:
        relations["prev"] = min(page.number - 1, max(last_page, 1))
    if page.number < last_page:
        relations["next"] = page.number + 1
        relations["last"] = last_page
    if page.number > 1:
        relations["first"] = 1
    if not relations:
        return None
    return ", ".join(
        f'<{url}?{urlencode({**query, "page": str(number)})}>; rel="{relation}"'
        for relation, number in relations.items()
    )
