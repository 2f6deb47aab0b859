"""Where on GitHub's pages an item is to be seen (pure)."""

from __future__ import annotations

import re

from progressive_capture.lib.actions_report.leg_summary import FailedItem
from progressive_capture.lib.identify import FULL_NAME

_PULL_REQUEST = re.compile(r"\bpull request ([1-9]\d{0,17})\b", re.ASCII)
_RUN = re.compile(r"\brun ([1-9]\d{0,17})\b", re.ASCII)
_SERVER = re.compile(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?", re.ASCII)


def link_to(item: FailedItem, *, repository: str, server_url: str) -> str | None:
    """The page of the run or pull request that a failure names; None where it names none.

    An artifact has a page of its own only below its run's, and its id alone does not name that.
    """
    if not FULL_NAME.fullmatch(repository) or not _is_plain(server_url):
        return None
    base = f"{server_url}/{repository}"
    if pull_request := _PULL_REQUEST.search(item.item_key):
        return f"{base}/pull/{pull_request[1]}"
    run = _RUN.search(item.item_key)
    return f"{base}/actions/runs/{run[1]}" if run else None


def _is_plain(server_url: str) -> bool:
    """Nothing but a scheme and a host: what could end a link in Markdown is not in it."""
    return _SERVER.fullmatch(server_url) is not None
