"""A group of commands that loads only the one that is asked for: `--help` lists them without any."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

import click


class LazyGroup(click.Group):
    """Commands that are imported when they run.

    Args:
        package: that the modules are in.
        lazily: by name, the module that has `command`, and what it does in a line.
    """

    def __init__(
        self, *args: Any, package: str, lazily: Mapping[str, tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._package = package
        self._lazily = lazily

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  (click's signature)
        return sorted(self._lazily)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in self._lazily:
            return None
        module = importlib.import_module(f"{self._package}.{self._lazily[cmd_name][0]}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, self._lazily[name][1]) for name in self.list_commands(ctx)])
