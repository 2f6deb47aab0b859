"""Pages of a connection whose cursors say how far the list was read, not which item was last.

So a page goes on where the last one ended, whatever was changed, added or deleted meanwhile:
in a list by UPDATED_AT, newest first, an item that is changed moves to the front and is not
met again behind the cursor. This is how GitHub's cursors of pull requests, reviews and
comments behave; those of changed files are plain offsets, which are keysets of one number.
"""

import base64
import binascii
import json
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from github_simulator import graphql_errors
from github_simulator.graphql_connections import CURSOR_PREFIX, Answer, FieldInfo, check_page_size

Item = TypeVar("Item")
Key = tuple[int, ...]
_FLIPPED = {"DESC": -1, "ASC": 1}


def keyset_connection(
    info: FieldInfo,
    items: Sequence[Item],
    arguments: Mapping[str, Any],
    *,
    key: Callable[[Item], Key],
    answer: Callable[[Item], Answer],
    count: Callable[[int], None],
    direction: str = "ASC",
) -> Answer:
    """The asked page of `items`, in the order of their `key`; each item has a key of its own.

    `answer` turns an item into a node, `count` is told how many nodes the page holds before
    any is answered.
    """
    check_page_size(info, arguments)
    sign = _FLIPPED[direction]
    ordered = sorted(
        ((tuple(sign * part for part in key(item)), item) for item in items), key=lambda each: each[0]
    )
    keys = [each for each, _ in ordered]
    start, end = _bounds(keys, arguments)
    page = ordered[start:end]
    count(len(page))
    return {
        "totalCount": len(items),
        "pageInfo": {
            "hasPreviousPage": start > 0,
            "hasNextPage": end < len(keys),
            "startCursor": _cursor(keys[start]) if page else None,
            "endCursor": _cursor(keys[end - 1]) if page else None,
        },
        "nodes": lambda _: [answer(item) for _, item in page],
        "edges": lambda _: [{"cursor": _cursor(each), "node": answer(item)} for each, item in page],
    }


def _bounds(keys: Sequence[Key], arguments: Mapping[str, Any]) -> tuple[int, int]:
    first, last = arguments.get("first"), arguments.get("last")
    after, before = arguments.get("after"), arguments.get("before")
    start = bisect_right(keys, _read(after)) if after else 0
    end = bisect_left(keys, _read(before)) if before else len(keys)
    if first is not None:
        end = min(end, start + first)
    if last is not None:
        start = max(start, end - last)
    return start, max(start, end)


def _cursor(key: Key) -> str:
    return base64.b64encode(f"{CURSOR_PREFIX}{json.dumps(key)}".encode()).decode()


def _read(cursor: str) -> Key:
    try:
        text = base64.b64decode(cursor, validate=True).decode()
        return tuple(int(part) for part in json.loads(text.removeprefix(CURSOR_PREFIX)))
    except (binascii.Error, TypeError, ValueError) as error:
        raise graphql_errors.invalid_cursor(cursor) from error
