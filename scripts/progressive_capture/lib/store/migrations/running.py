"""Bring a database to the newest revision, or spell the way there as SQL for somebody else to run."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config

if TYPE_CHECKING:
    from sqlalchemy import Connection


def upgrade(connection: Connection) -> None:
    """Run what is missing inside the connection's open transaction: all of it, or nothing."""
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def migration_sql(dialect_name: str, revisions: str = "head") -> str:
    """History as one SQL script of a dialect (`sqlite` or `postgresql`).

    Args:
        dialect_name: whose SQL.
        revisions: all of it up to this one, or `0001:0002`, what is between two.
    """
    script = StringIO()
    config = _config(output=script)
    config.attributes["dialect_name"] = dialect_name
    command.upgrade(config, revisions, sql=True)
    return script.getvalue()


def _config(*, output: StringIO | None = None) -> Config:
    config = Config(output_buffer=output) if output is not None else Config()
    # A percent sign in a path would otherwise start an interpolation.
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
