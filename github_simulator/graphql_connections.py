"""Pages of a connection: `first`, `last`, `after`, `before`, as GitHub takes and answers them."""

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from graphql import FieldNode, GraphQLResolveInfo

from github_simulator import graphql_errors

PAGE_LIMIT = 100
CURSOR_PREFIX = "cursor:v2:"

Item = TypeVar("Item")
Answer = dict[str, object]
FieldInfo = GraphQLResolveInfo[None]
"""What graphql-core tells a resolver of the field that is asked for."""


def connection(
    info: FieldInfo,
    items: Sequence[Item],
    arguments: Mapping[str, Any],
    *,
    key: Callable[[Item], int],
    answer: Callable[[Item], Answer],
    count: Callable[[int], None],
) -> Answer:
    """The asked page of `items`.

    `key` tells items apart for good: cursors are made of it, so a page goes on after the
    right item even where others were added before it. `answer` turns an item into a node,
    `count` is told how many nodes the page holds before any is answered.
    """
    check_page_size(info, arguments)
    keys = [key(item) for item in items]
    start, end = _bounds(keys, arguments)
    page = items[start:end]
    count(len(page))
    return {
        "totalCount": len(items),
        "pageInfo": _page_info(keys, start, end),
        "nodes": lambda _: [answer(item) for item in page],
        "edges": lambda _: [{"cursor": _cursor(key(item)), "node": answer(item)} for item in page],
    }


def check_page_size(info: FieldInfo, arguments: Mapping[str, Any]) -> None:
    """RefusalError where nodes are listed without a page size, or with one that is too large."""
    if _lists_nodes(info):
        _check_size(info.field_name, arguments)


def _lists_nodes(info: FieldInfo) -> bool:
    """GitHub wants a page size only where nodes are listed, not where they are only counted."""
    selections = [
        each for node in info.field_nodes if node.selection_set for each in node.selection_set.selections
    ]
    return any(
        not isinstance(each, FieldNode) or each.name.value in ("nodes", "edges") for each in selections
    )


def _check_size(name: str, arguments: Mapping[str, Any]) -> None:
    sizes = {argument: arguments.get(argument) for argument in ("first", "last")}
    if not any(size is not None for size in sizes.values()):
        raise graphql_errors.no_page_size(name)
    for argument, size in sizes.items():
        if size is not None and not 0 <= size <= PAGE_LIMIT:
            raise graphql_errors.page_too_large(name, argument, size, PAGE_LIMIT)


def _bounds(keys: Sequence[int], arguments: Mapping[str, Any]) -> tuple[int, int]:
    first, last = arguments.get("first"), arguments.get("last")
    after, before = arguments.get("after"), arguments.get("before")
    start = _position(keys, after) + 1 if after else 0
    end = _position(keys, before) if before else len(keys)
    if first is not None:
        end = min(end, start + first)
    if last is not None:
        start = max(start, end - last)
    return start, max(start, end)


def _page_info(keys: Sequence[int], start: int, end: int) -> Answer:
    filled = start < end
    return {
        "hasPreviousPage": start > 0,
        "hasNextPage": end < len(keys),
        "startCursor": _cursor(keys[start]) if filled else None,
        "endCursor": _cursor(keys[end - 1]) if filled else None,
    }


def _cursor(key: int) -> str:
    return base64.b64encode(f"{CURSOR_PREFIX}{key}".encode()).decode()


def _position(keys: Sequence[int], cursor: str) -> int:
    try:
        text = base64.b64decode(cursor, validate=True).decode()
        return keys.index(int(text.removeprefix(CURSOR_PREFIX)))
    except (binascii.Error, ValueError) as error:
        raise graphql_errors.invalid_cursor(cursor) from error
