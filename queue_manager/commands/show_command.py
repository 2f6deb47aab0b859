"""`queue-manager show`."""

from __future__ import annotations

from queue_manager.commands.one_job import about_one_job

command = about_one_job(
    "show",
    "One job, with everything that is known of it.",
    lambda manager, job_id: manager.job(job_id),
)
