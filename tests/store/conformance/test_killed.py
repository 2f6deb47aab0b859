"""A process killed in the middle of a write loses nothing that was committed, and shows nothing halfway."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from store_databases import Database
from store_rows import at, attempt_row, batch, run_row, running_job

VICTIM = '''
import sys
from collections import UserDict
sys.path.insert(0, sys.argv[2])
from progressive_capture.lib.normalize.rows import Batch
from progressive_capture.lib.store.opening import open_store
from store_rows import attempt_row, at, batch, run_row, running_job

store = open_store(sys.argv[1], supabase_key=sys.argv[3] or None)
job = store.add_job(running_job())
hundred = batch(workflow_runs=[run_row(id=n) for n in range(100)])
store.write(hundred, checkpoint=job.evolve(processed_items=100))

class Stuck(UserDict):
    """A row that is looked at before anything is written, and never read to its end when it is its turn."""

    looks = 0

    def __iter__(self):
        self.looks += 1
        if self.looks > 1:
            print("in the middle", flush=True)
            sys.stdin.read()
        return super().__iter__()

rows = {
    "workflow_run_attempts": [attempt_row(run_id=n) for n in range(5000)],
    "workflow_runs": [Stuck(run_row(id=1, captured_at=at(1), event="halfway"))],
}
store.write(Batch(rows=rows), checkpoint=job.evolve(processed_items=5000))
'''


def test_a_kill_in_the_middle_of_a_write_leaves_what_was_committed_and_again_ends_it(
    database: Database,
) -> None:
    address, key = database.address
    command = [sys.executable, "-c", VICTIM, address, str(Path(__file__).parents[1]), key]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as victim:
        assert victim.stdout is not None
        assert victim.stdout.readline() == "in the middle\n"
        # A reader sees no half of it meanwhile, unless each statement is a transaction of its own.
        seen = 0 if database.in_one_transaction else 5000
        assert len(database.rows("workflow_run_attempts")) == seen
        victim.kill()
    after = database.open()
    assert len(database.rows("workflow_run_attempts")) == seen
    rows = database.rows("workflow_runs")
    assert [row["id"] for row in rows] == list(range(100))
    assert {row["event"] for row in rows} == {"push"}
    job = after.job("job-1")
    assert job is not None
    assert job.processed_items == 100
    attempts = [attempt_row(run_id=n) for n in range(5000)]
    both = batch(
        workflow_runs=run_row(id=1, captured_at=at(1), event="halfway"), workflow_run_attempts=attempts
    )
    after.write(both, checkpoint=running_job(updated_at=at(1), processed_items=5000))
    assert [row["event"] for row in database.rows("workflow_runs")] == ["push", "halfway", *["push"] * 98]
    assert len(database.rows("workflow_run_attempts")) == 5000
    assert database.row("progressive_capture_jobs")["processed_items"] == 5000
