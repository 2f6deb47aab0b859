"""The views, in each database's own words and with the same meaning.

`builds` speaks of the latest attempt alone. A job whose attempt is not known yet counts as the first's:
GraphQL cannot say, and only single attempts are left to it. Carried jobs belong to the attempt, but not
to its duration: they ran in an earlier one.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_WORKFLOW_STEPS_SQLITE = """
CREATE VIEW workflow_steps AS
SELECT
    job.id AS job_id,
    json_extract(step.value, '$.number') AS number,
    json_extract(step.value, '$.name') AS name,
    json_extract(step.value, '$.status') AS status,
    json_extract(step.value, '$.conclusion') AS conclusion,
    json_extract(step.value, '$.started_at') AS started_at,
    json_extract(step.value, '$.completed_at') AS completed_at,
    job.repository_id AS repository_id,
    job.captured_at AS captured_at
FROM workflow_jobs AS job, json_each(job.steps) AS step
"""

_WORKFLOW_STEPS_POSTGRESQL = """
CREATE VIEW workflow_steps AS
SELECT
    job.id AS job_id,
    (step ->> 'number')::bigint AS number,
    step ->> 'name' AS name,
    step ->> 'status' AS status,
    step ->> 'conclusion' AS conclusion,
    (step ->> 'started_at')::timestamptz AS started_at,
    (step ->> 'completed_at')::timestamptz AS completed_at,
    job.repository_id AS repository_id,
    job.captured_at AS captured_at
FROM workflow_jobs AS job CROSS JOIN LATERAL jsonb_array_elements(job.steps) AS step
"""

_BUILDS = """
CREATE VIEW builds AS
SELECT
    repository.full_name AS repo,
    run.id AS id_build,
    run.workflow_id AS workflow_id,
    COALESCE(run.name, workflow.name) AS workflow_name,
    run.status AS status,
    run.conclusion AS conclusion,
    run.created_at AS created_at,
    run.updated_at AS updated_at,
    run.head_branch AS branch,
    run.head_sha AS commit_sha,
    run.event AS event,
    run.actor_login AS issuer_name,
    run.run_number AS run_number,
    CASE WHEN run.status = 'completed' AND NOT EXISTS (
        SELECT 1 FROM workflow_jobs AS job WHERE {of_latest_attempt} AND job.status <> 'completed'
    ) THEN (
        SELECT {seconds_since_start}
        FROM workflow_jobs AS job WHERE {of_latest_attempt} AND job.carried_from_job_id IS NULL
    ) END AS build_duration,
    (SELECT COUNT(*) FROM workflow_jobs AS job WHERE {of_latest_attempt}) AS total_jobs,
    ({job_details}) AS job_details
FROM workflow_runs AS run
LEFT JOIN repositories AS repository ON repository.id = run.repository_id
LEFT JOIN workflows AS workflow ON workflow.id = run.workflow_id
"""

_OF_LATEST_ATTEMPT = "job.run_id = run.id AND COALESCE(job.run_attempt, 1) = COALESCE(run.run_attempt, 1)"

_SECONDS_SQLITE = (
    "CAST(strftime('%s', MAX(job.completed_at)) AS INTEGER)"
    " - CAST(strftime('%s', run.run_started_at) AS INTEGER)"
)
_SECONDS_POSTGRESQL = "EXTRACT(EPOCH FROM MAX(job.completed_at) - run.run_started_at)::bigint"

_DETAILS_SQLITE = f"""
        SELECT json_group_array(json(detail)) FROM (
            SELECT json_object(
                'id', job.id, 'name', job.name, 'status', job.status, 'conclusion', job.conclusion,
                'started_at', job.started_at, 'completed_at', job.completed_at,
                'carried_from_job_id', job.carried_from_job_id, 'steps', json(job.steps)
            ) AS detail
            FROM workflow_jobs AS job WHERE {_OF_LATEST_ATTEMPT} ORDER BY job.id
        )
    """  # noqa: S608  (our own constants)

_ISO = """'YYYY-MM-DD"T"HH24:MI:SS"Z"'"""
_DETAILS_POSTGRESQL = f"""
        SELECT COALESCE(jsonb_agg(jsonb_build_object(
            'id', job.id, 'name', job.name, 'status', job.status, 'conclusion', job.conclusion,
            'started_at', to_char(job.started_at AT TIME ZONE 'UTC', {_ISO}),
            'completed_at', to_char(job.completed_at AT TIME ZONE 'UTC', {_ISO}),
            'carried_from_job_id', job.carried_from_job_id, 'steps', job.steps
        ) ORDER BY job.id), '[]'::jsonb)
        FROM workflow_jobs AS job WHERE {_OF_LATEST_ATTEMPT}
    """  # noqa: S608  (our own constants)


def _builds(*, seconds_since_start: str, job_details: str) -> str:
    return _BUILDS.format(
        of_latest_attempt=_OF_LATEST_ATTEMPT, seconds_since_start=seconds_since_start, job_details=job_details
    )


VIEWS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "sqlite": MappingProxyType(
            {
                "workflow_steps": _WORKFLOW_STEPS_SQLITE,
                "builds": _builds(seconds_since_start=_SECONDS_SQLITE, job_details=_DETAILS_SQLITE),
            }
        ),
        "postgresql": MappingProxyType(
            {
                "workflow_steps": _WORKFLOW_STEPS_POSTGRESQL,
                "builds": _builds(seconds_since_start=_SECONDS_POSTGRESQL, job_details=_DETAILS_POSTGRESQL),
            }
        ),
    }
)
"""By dialect, then by name: the statement that makes the view."""
