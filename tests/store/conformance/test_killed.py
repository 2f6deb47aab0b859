"""A process killed in the middle of a write loses nothing that was committed, and shows nothing halfway."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from store_databases import Database
from store_rows import at, batch, run_row, running_job

VICTIM = """
import sys
sys.path.insert(0, sys.argv[2])
from progressive_capture.lib.normalize.rows import Batch
from progressive_capture.lib.store.opening import open_store
from store_rows import attempt_row, at, batch, run_row, running_job

store = open_store(sys.argv[1])
job = store.add_job(running_job())
hundred = batch(workflow_runs=[run_row(id=n) for n in range(100)])
store.write(hundred, checkpoint=job.evolve(processed_items=100))

def attempts():
    yield attempt_row(run_id=1)
    print("in the middle", flush=True)
    sys.stdin.read()

rows = {
    "workflow_runs": [run_row(id=n, captured_at=at(1), event="halfway") for n in range(5000)],
    "workflow_run_attempts": attempts(),
}
store.write(Batch(rows=rows), checkpoint=job.evolve(processed_items=5000))
"""


def test_a_kill_in_the_middle_of_a_write_leaves_what_was_committed(database: Database) -> None:
    command = [sys.executable, "-c", VICTIM, database.url, str(Path(__file__).parents[1])]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as victim:
        assert victim.stdout is not None
        assert victim.stdout.readline() == "in the middle\n"
        assert len(database.rows("workflow_runs")) == 100  # a reader sees no half of it meanwhile
        victim.kill()
    after = database.open()
    rows = database.rows("workflow_runs")
    assert [row["id"] for row in rows] == list(range(100))
    assert {row["event"] for row in rows} == {"push"}
    assert database.rows("workflow_run_attempts") == []
    job = after.job("job-1")
    assert job is not None
    assert job.processed_items == 100
    after.write(batch(workflow_runs=run_row(id=100)), checkpoint=running_job(updated_at=at(1)))
    assert len(database.rows("workflow_runs")) == 101
