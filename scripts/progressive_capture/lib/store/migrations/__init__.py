"""The schema's history, told with Alembic and the same for every database.

A migration never imports the present schema: what it once did must not change with it.
"""

REVISIONS = ("0001", "0002", "0003", "0004", "0005")
"""Every revision, the newest last; kept here so that opening a database needs no Alembic."""

VERSION_TABLES = {"sqlite": "alembic_version", "postgresql": "progressive_capture_version"}
"""Where each database keeps its revision. A SQLite file is ours alone; in Postgres a program of the team's
own may have Alembic's usual table beside ours."""

FUNCTIONS_VERSION = "20261122000600"
"""When Supabase's file of functions was written, as its CLI names files. Whoever changes a statement after a
release gives it a new time (and leaves the old file): a program never calls functions of another version."""
