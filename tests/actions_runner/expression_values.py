"""What values are in GitHub's expression language: truth, numbers, text, equality, order, JSON.

Values are Python's None, bool, int, float, str, lists and dicts. The rules are those of
https://docs.github.com/en/actions/reference/workflows-and-actions/expressions and, where that page is silent
(fifteen digits, octal numbers, indexes), those of the public runner's expression library.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

_DECIMAL = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")
_HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+")
_OCTAL = re.compile(r"0o[0-7]+")
_LARGEST_INTEGER = 2**31 - 1


class ExpressionError(Exception):
    """An expression that GitHub would refuse, or could not evaluate."""


class Filtered(list[Any]):
    """What `*` gives: an index applied to it is applied to each of its members."""


def is_object(value: Any) -> bool:
    return isinstance(value, Mapping)


def is_array(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_primitive(value: Any) -> bool:
    return not is_object(value) and not is_array(value)


def is_true(value: Any) -> bool:
    """Falsy are null, false, 0, NaN and the empty string; arrays and objects never are."""
    if is_number(value):
        return value != 0 and not math.isnan(value)
    return bool(value) if is_primitive(value) else True


def number_of(value: Any) -> float:
    """Null is 0, text is read as JSON numbers, hexadecimal or octal, the rest is NaN."""
    if value is None:
        return 0.0
    if isinstance(value, bool | int | float):
        return float(value)
    return read_number(value) if isinstance(value, str) else math.nan


def read_number(text: str) -> float:
    """The number that a text is; the empty one is 0, all others NaN."""
    text = text.strip()
    if not text:
        return 0.0
    if _DECIMAL.fullmatch(text):
        return float(text)
    for pattern, base in ((_HEXADECIMAL, 16), (_OCTAL, 8)):
        if pattern.fullmatch(text) and int(text[2:], base) <= _LARGEST_INTEGER:
            return float(int(text[2:], base))
    return {"Infinity": math.inf, "-Infinity": -math.inf}.get(text, math.nan)


def text_of_number(value: float) -> str:
    """At most fifteen digits: larger whole numbers lose their end, as on GitHub."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return format(float(value), ".15g").replace("e", "E")


def text_of(value: Any) -> str:
    """The text that functions and mixed strings see."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if is_number(value):
        return text_of_number(value)
    if isinstance(value, str):
        return value
    return "Object" if is_object(value) else "Array"


def are_equal(left: Any, right: Any) -> bool:
    """Loosely: case is ignored, unlike types become numbers, arrays and objects are themselves alone."""
    left, right = _of_one_kind(left, right)
    if isinstance(left, str) and isinstance(right, str):
        return bool(left.upper() == right.upper())
    if not is_primitive(left) or not is_primitive(right):
        return left is right
    return bool(left == right)


def is_greater(left: Any, right: Any) -> bool:
    """Whether left stands behind right; never where one is NaN, an array or an object."""
    left, right = _of_one_kind(left, right)
    if left is None or not is_primitive(left) or not is_primitive(right):
        return False
    if isinstance(left, str):
        return bool(left.upper() > right.upper())
    return bool(left > right)


def _kind(value: Any) -> str:
    kinds = ((bool, "boolean"), (int | float, "number"), (str, "string"), (Mapping, "object"))
    if value is None:
        return "null"
    return next((name for types, name in kinds if isinstance(value, types)), "array")


def _of_one_kind(left: Any, right: Any) -> tuple[Any, Any]:
    if _kind(left) == _kind(right):
        return left, right
    if is_primitive(left) and is_primitive(right):
        return number_of(left), number_of(right)
    return math.nan, math.nan


def member(value: Any, index: Any) -> Any:
    """`value[index]`; null where there is no such thing."""
    if isinstance(value, Filtered):
        return Filtered(found for item in value for found in _found(item, index))
    return next(iter(_found(value, index)), None)


def members(value: Any) -> Filtered:
    """`value.*`; of a filtered array the members of its members."""
    if isinstance(value, Filtered):
        return Filtered(inner for item in value for inner in members_of(item))
    return Filtered(members_of(value))


def members_of(value: Any) -> list[Any]:
    if is_object(value):
        return list(value.values())
    return list(value) if is_array(value) else []


def _found(value: Any, index: Any) -> list[Any]:
    if is_object(value) and is_primitive(index):
        return _by_name(value, text_of(index))
    if is_array(value):
        number = number_of(index)
        if number >= 0 and math.floor(min(number, _LARGEST_INTEGER)) < len(value):
            return [value[math.floor(number)]]
    return []


def _by_name(value: Mapping[str, Any], name: str) -> list[Any]:
    """Names are found whatever their case, the very same one first."""
    if name in value:
        return [value[name]]
    return [value[key] for key in value if str(key).upper() == name.upper()][:1]


def from_json(text: str) -> Any:
    """
    Raises:
        ExpressionError: it is not JSON; the empty text is none.
    """
    try:
        return json.loads(text, parse_constant=_no_constant)
    except ValueError as error:
        raise ExpressionError(f"fromJSON: not JSON: {error}; it was given {text[:200]!r}") from error


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def to_json(value: Any) -> str:
    """Indented by two, as GitHub prints it."""
    return json.dumps(_numbers_as_printed(value), indent=2, ensure_ascii=False)


def _numbers_as_printed(value: Any) -> Any:
    if is_object(value):
        return {str(key): _numbers_as_printed(each) for key, each in value.items()}
    if is_array(value):
        return [_numbers_as_printed(each) for each in value]
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    return value
