"""The same promises on a real Supabase project, for whoever has one to spare.

Set TEST_SUPABASE_URL, TEST_SUPABASE_KEY and TEST_SUPABASE_DATABASE_URL (its pooler's) to an *empty* project,
push `supabase/migrations` to it, and run `pytest -m real_supabase`. Its tables are emptied.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from store_databases import Database
from store_rows import at, batch, capture_job, rest_job, run_row, running_job

from progressive_capture.lib.capture_job import claimed
from progressive_capture.lib.errors import JobConflictError, StoreError
from progressive_capture.lib.store.contract import Span
from progressive_capture.lib.store.opening import open_store
from progressive_capture.lib.store.schema import METADATA

NAMES = ("TEST_SUPABASE_URL", "TEST_SUPABASE_KEY", "TEST_SUPABASE_DATABASE_URL")

pytestmark = [
    pytest.mark.real_supabase,
    pytest.mark.skipif(not all(os.environ.get(name) for name in NAMES), reason=f"needs {', '.join(NAMES)}"),
]


@pytest.fixture
def project() -> Iterator[Database]:
    url, key, database_url = (os.environ[name] for name in NAMES)
    database = Database(
        url=database_url,
        connect=lambda: open_store(url, supabase_key=key),
        address=(url, key),
        in_one_transaction=False,
    )
    for table in METADATA.tables:
        database.change(f"DELETE FROM {table}", {})
    yield database
    database.close()


def test_what_is_written_is_there_once_and_a_second_time_changes_nothing(project: Database) -> None:
    rows = batch(workflow_runs=[run_row(id=n) for n in range(1_200)], workflow_jobs=rest_job(name="圧 \0 縮"))
    assert project.store.write(rows).inserted == {"workflow_runs": 1_200, "workflow_jobs": 1}
    again = project.store.write(rows)
    assert (again.inserted, again.updated) == ({}, {})
    assert project.row("workflow_jobs")["name"] == "圧 \ufffd 縮"
    assert len(list(project.store.runs_without_jobs(Span(repository_id=1), depth="jobs"))) == 1_200
    with project.store.snapshot() as snapshot:
        assert sum(1 for _ in snapshot.rows("workflow_runs").rows) == 1_200


def test_a_job_is_claimed_once_and_its_checkpoint_is_fenced(project: Database) -> None:
    store = project.store
    store.add_job(capture_job())
    taken = store.claim_next(worker="one", now=at(10))
    assert taken == claimed(capture_job(), by="one", now=at(10))
    assert store.claim_next(worker="two", now=at(10)) is None
    with pytest.raises(JobConflictError):
        store.write(batch(workflow_runs=run_row()), checkpoint=running_job())
    assert project.rows("workflow_runs") == []


def test_nobody_gets_in_with_another_key(project: Database) -> None:
    other = open_store(project.address[0], supabase_key="sb_secret_of_somebody_else")
    with other as store, pytest.raises(StoreError) as refused:
        store.prepare()
    assert "SUPABASE_SECRET_KEY" in refused.value.hint
