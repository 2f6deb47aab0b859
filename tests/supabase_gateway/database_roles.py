"""The roles that a Supabase project has, made in a database of the tests."""

from __future__ import annotations

import psycopg

_ROLES = """
DO $$ BEGIN CREATE ROLE {role} NOLOGIN NOINHERIT {more};
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$
"""
_OLDER_DEFAULTS = (
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON {kind} TO anon, authenticated, service_role"
)


def prepare_database(dsn: str, *, grants_by_itself: bool = False) -> None:
    """Make the roles `anon`, `authenticated` and `service_role`, which passes by row level security.

    Args:
        dsn: a database, with the right to create roles; they are the whole server's, and stay.
        grants_by_itself: as projects did until 2026-10-30, give every *new* table, sequence and function of
            `public` to all three roles (https://supabase.com/changelog, 45329). Else only what Postgres does:
            tables to nobody, functions to everybody.
    """
    with psycopg.connect(dsn, autocommit=True) as connection:
        for role, more in (("anon", ""), ("authenticated", ""), ("service_role", "BYPASSRLS")):
            connection.execute(_ROLES.format(role=role, more=more).encode())
        connection.execute("GRANT USAGE ON SCHEMA public TO anon, authenticated, service_role")
        if grants_by_itself:
            for kind in ("TABLES", "SEQUENCES", "FUNCTIONS"):
                connection.execute(_OLDER_DEFAULTS.format(kind=kind).encode())
