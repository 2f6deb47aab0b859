"""A name that the cut needs and the official package does not have."""

from collections.abc import Mapping
from typing import TypeVar

import click

Found = TypeVar("Found")


class MissingNameError(click.ClickException):
    """The cut would not hold: a name that it needs is not there."""


def lookup(names: Mapping[str, Found], name: str, kind: str) -> Found:
    """What stands under `name`, or a MissingNameError that says which `kind` of thing is missing."""
    if name not in names:
        raise MissingNameError(f"The official package has no {kind} {name!r}.")
    return names[name]
