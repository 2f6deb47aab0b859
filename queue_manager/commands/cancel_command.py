"""`queue-manager cancel`."""

from __future__ import annotations

from queue_manager.commands.one_job import about_one_job

command = about_one_job(
    "cancel",
    "Cancel a job that waits, and the workflow run that it has; what runs in Actions is asked to end.",
    lambda manager, job_id: manager.cancel(job_id),
)
