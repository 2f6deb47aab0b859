"""`queue-manager retry`."""

from __future__ import annotations

from queue_manager.commands.one_job import about_one_job

command = about_one_job(
    "retry",
    "Let a failed job begin anew, with all of its attempts.",
    lambda manager, job_id: manager.retry(job_id),
)
