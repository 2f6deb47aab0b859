"""The schema as migrations of the Supabase CLI: the same history in its naming, and what its API needs.

`python -m progressive_capture.lib.store.migrations.supabase_files` writes them into `supabase/migrations`; a
test fails where they differ from what is written here. Tables and views are granted to `service_role` alone
(since 2026-10-30 nothing is exposed without a grant), and row level security lets nobody else see a row.
https://supabase.com/docs/guides/deployment/database-migrations
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from progressive_capture.lib.store.all_functions import FUNCTIONS
from progressive_capture.lib.store.function_sql import signature, version_function
from progressive_capture.lib.store.migrations import FUNCTIONS_VERSION, REVISIONS, VERSION_TABLES
from progressive_capture.lib.store.migrations.running import migration_sql

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TIMES: Mapping[str, str] = {
    "0001": "20261122000100",
    "0002": "20261122000200",
    "0003": "20261122000300",
    "0004": "20261122000400",
    "0005": "20261122000500",
}
"""When the file of each revision was written, as the CLI orders them. A released file never changes."""

HEAD = """\
-- Written by `python -m progressive_capture.lib.store.migrations.supabase_files`: change the program's own
-- migrations and statements, not this file.

"""
OURS = "Progressive Capture"
"""The comment by which a later version knows our functions from a team's own."""

DROP_OLDER = f"""\
-- Functions of an earlier version: one that got another argument would stay beside its successor.
DO $drop$
DECLARE older regprocedure;
BEGIN
    FOR older IN SELECT oid FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace AND obj_description(oid, 'pg_proc') = '{OURS}'
    LOOP
        EXECUTE format('DROP FUNCTION %s', older);
    END LOOP;
END
$drop$;

"""  # noqa: S608  (a constant of ours)
RELOAD = "\n\nNOTIFY pgrst, 'reload schema';\n"

_MADE = re.compile(r"^CREATE (TABLE|VIEW) (\w+)", re.MULTILINE)


def files() -> Mapping[str, str]:
    """Every file of `supabase/migrations`, by name."""
    made = {f"{TIMES[revision]}_{name}.sql": _revision(revision) for revision, name in _named_revisions()}
    return made | {f"{FUNCTIONS_VERSION}_functions.sql": _functions()}


def _named_revisions() -> Iterator[tuple[str, str]]:
    versions = Path(__file__).parent / "versions"
    for revision in REVISIONS:
        (path,) = versions.glob(f"r{revision}_*.py")
        yield revision, path.stem.removeprefix("r")


def _revision(revision: str) -> str:
    """One step of the history, and who may use what it makes."""
    earlier = REVISIONS[: REVISIONS.index(revision)]
    script = migration_sql("postgresql", f"{earlier[-1]}:{revision}" if earlier else revision)
    steps = script.replace("BEGIN;\n", "").replace("COMMIT;\n", "").strip()
    access = "\n".join(_access(kind, name) for kind, name in _MADE.findall(steps))
    return f"{HEAD}{steps}\n\n{access}\n"


def _access(kind: str, name: str) -> str:
    """Nobody but the secret key; a view shows nobody more than its tables do."""
    rights = (
        "SELECT"
        if kind == "VIEW" or name == VERSION_TABLES["postgresql"]
        else "SELECT, INSERT, UPDATE, DELETE"
    )
    closed = (
        f"ALTER VIEW {name} SET (security_invoker = true);"
        if kind == "VIEW"
        else f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY;"
    )
    return "\n".join(
        (
            closed,
            f"REVOKE ALL ON {name} FROM PUBLIC, anon, authenticated, service_role;",
            f"GRANT {rights} ON {name} TO service_role;",
        )
    )


def _functions() -> str:
    """Every function, for nobody but the secret key."""
    made = [*FUNCTIONS.values(), version_function(FUNCTIONS_VERSION)]
    return HEAD + DROP_OLDER + "\n\n".join(_callable_by_key_alone(sql) for sql in made) + RELOAD


def _callable_by_key_alone(sql: str) -> str:
    named = signature(sql)
    return (
        f"{sql}\nCOMMENT ON FUNCTION {named} IS '{OURS}';\n"
        f"REVOKE ALL ON FUNCTION {named} FROM PUBLIC, anon, authenticated;\n"
        f"GRANT EXECUTE ON FUNCTION {named} TO service_role;"
    )


def write(folder: Path) -> None:
    """Write every file; none is taken away."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1] if len(sys.argv) > 1 else "supabase/migrations"))
