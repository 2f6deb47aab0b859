"""The views, in each database's own words and with the same meaning.

* `workflow_steps`: one row per step of a job.
* `builds`: one row per run; it speaks of the latest attempt alone. `total_jobs`, `job_details` and
  `build_duration` are NULL where its jobs are not known: they were not captured, or not since the run was
  run again, or GraphQL gave them, which cannot say to which of several attempts a job belongs. In a run
  that was never run again a job of unknown attempt is the first's. Carried jobs belong to the attempt, but
  not to its duration: they ran in an earlier one.
* `test_history`: one row per test result, with the run that it was measured in. A test is a suite, a
  classname and a name. `tree_id` says what was tested: two commits with the same files share one tree. It
  is NULL where the commit was not captured; so is what a run says while the run was not captured.
* `flaky_tests`: one row per test, workflow and artifact name that both passed and failed (`failed` or
  `error`) on one commit tree (where that is not known: on one commit), another run, attempt or try inside
  one report alike. `passes`, `failures`, `first_at` and `last_at` (when those runs were created) speak of
  those `trees` alone. Results without a name are not compared.

On pull requests GitHub tests a merge with the base branch but tells the head: what looks flaky there may be
a base that moved on.

`pull_request_runs` has a page of its own: `pull_request_views`.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from progressive_capture.lib.store.schema.pull_request_views import PULL_REQUEST_RUNS

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
    CASE WHEN coverage.run_id IS NOT NULL AND run.status = 'completed' AND NOT EXISTS (
        SELECT 1 FROM workflow_jobs AS job WHERE {of_latest_attempt} AND job.status <> 'completed'
    ) THEN (
        SELECT {seconds_since_start}
        FROM workflow_jobs AS job WHERE {of_latest_attempt} AND job.carried_from_job_id IS NULL
    ) END AS build_duration,
    CASE WHEN coverage.run_id IS NOT NULL THEN (
        SELECT COUNT(*) FROM workflow_jobs AS job WHERE {of_latest_attempt}
    ) END AS total_jobs,
    CASE WHEN coverage.run_id IS NOT NULL THEN ({job_details}) END AS job_details
FROM workflow_runs AS run
LEFT JOIN workflow_job_coverage AS coverage
    ON coverage.run_id = run.id
    AND COALESCE(coverage.run_attempt, 1) = COALESCE(run.run_attempt, 1)
    AND (COALESCE(run.run_attempt, 1) = 1 OR NOT EXISTS (
        SELECT 1 FROM workflow_jobs AS job WHERE job.run_id = run.id AND job.run_attempt IS NULL
    ))
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


_TEST_HISTORY = """
CREATE VIEW test_history AS
SELECT
    result.repository_id AS repository_id,
    result.suite AS suite,
    result.classname AS classname,
    result.name AS name,
    result.artifact_id AS artifact_id,
    artifact.name AS artifact_name,
    result.run_id AS run_id,
    COALESCE(result.run_attempt, artifact.run_attempt) AS run_attempt,
    run.workflow_id AS workflow_id,
    COALESCE(run.name, workflow.name) AS workflow_name,
    COALESCE(run.head_branch, artifact.head_branch) AS head_branch,
    COALESCE(run.head_sha, artifact.head_sha) AS head_sha,
    tested.tree_id AS tree_id,
    run.event AS event,
    result.status AS status,
    result.rerun AS rerun,
    result.duration_seconds AS duration_seconds,
    run.created_at AS created_at
FROM test_results AS result
LEFT JOIN artifacts AS artifact ON artifact.id = result.artifact_id
LEFT JOIN workflow_runs AS run ON run.id = result.run_id
LEFT JOIN workflows AS workflow ON workflow.id = run.workflow_id
LEFT JOIN commits AS tested
    ON tested.repository_id = result.repository_id
    AND tested.sha = COALESCE(run.head_sha, artifact.head_sha)
"""

# From the few results that are no pass to those of the same test on the same tree; most are never looked at.
# CROSS JOIN ties SQLite to this order.
_FLAKY_TESTS = """
CREATE VIEW flaky_tests AS
WITH measured AS MATERIALIZED (
    SELECT
        artifact.id AS artifact_id,
        artifact.repository_id AS repository_id,
        artifact.name AS artifact_name,
        run.workflow_id AS workflow_id,
        COALESCE(workflow.name, run.name) AS workflow_name,
        run.created_at AS created_at,
        COALESCE(tested.tree_id, run.head_sha) AS tree
    FROM artifacts AS artifact
    JOIN workflow_runs AS run ON run.id = artifact.run_id
    LEFT JOIN workflows AS workflow ON workflow.id = run.workflow_id
    LEFT JOIN commits AS tested
        ON tested.repository_id = artifact.repository_id AND tested.sha = run.head_sha
    WHERE EXISTS (SELECT 1 FROM test_results AS result WHERE result.artifact_id = artifact.id)
), failed AS MATERIALIZED (
    SELECT DISTINCT
        measured.repository_id, measured.workflow_id, measured.artifact_name, measured.tree,
        result.suite, result.classname, result.name
    FROM test_results AS result
    CROSS JOIN measured
    WHERE result.status IN ('failed', 'error')
        AND measured.artifact_id = result.artifact_id
        AND measured.tree IS NOT NULL
), on_one_tree AS (
    SELECT
        failed.repository_id, failed.workflow_id, failed.artifact_name, failed.tree,
        failed.suite, failed.classname, failed.name,
        MAX(measured.workflow_name) AS workflow_name,
        SUM(CASE WHEN result.status = 'passed' THEN 1 ELSE 0 END) AS passes,
        SUM(CASE WHEN result.status = 'passed' THEN 0 ELSE 1 END) AS failures,
        MIN(measured.created_at) AS first_at,
        MAX(measured.created_at) AS last_at
    FROM failed
    CROSS JOIN measured
    CROSS JOIN test_results AS result
    WHERE measured.tree = failed.tree
        AND measured.artifact_name = failed.artifact_name
        AND measured.workflow_id {same} failed.workflow_id
        AND measured.repository_id = failed.repository_id
        AND result.artifact_id = measured.artifact_id
        AND result.repository_id = failed.repository_id
        AND result.name = failed.name
        AND result.classname {same} failed.classname
        AND result.suite {same} failed.suite
        AND result.status IN ('passed', 'failed', 'error')
    GROUP BY
        failed.repository_id, failed.workflow_id, failed.artifact_name, failed.tree,
        failed.suite, failed.classname, failed.name
)
SELECT
    repository_id,
    workflow_id,
    MAX(workflow_name) AS workflow_name,
    artifact_name,
    suite,
    classname,
    name,
    SUM(passes) AS passes,
    SUM(failures) AS failures,
    COUNT(*) AS trees,
    MIN(first_at) AS first_at,
    MAX(last_at) AS last_at
FROM on_one_tree
WHERE passes > 0 AND failures > 0
GROUP BY repository_id, workflow_id, artifact_name, suite, classname, name
"""


VIEWS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "sqlite": MappingProxyType(
            {
                "workflow_steps": _WORKFLOW_STEPS_SQLITE,
                "builds": _builds(seconds_since_start=_SECONDS_SQLITE, job_details=_DETAILS_SQLITE),
                "test_history": _TEST_HISTORY,
                "flaky_tests": _FLAKY_TESTS.format(same="IS"),
                "pull_request_runs": PULL_REQUEST_RUNS["sqlite"],
            }
        ),
        "postgresql": MappingProxyType(
            {
                "workflow_steps": _WORKFLOW_STEPS_POSTGRESQL,
                "builds": _builds(seconds_since_start=_SECONDS_POSTGRESQL, job_details=_DETAILS_POSTGRESQL),
                "test_history": _TEST_HISTORY,
                "flaky_tests": _FLAKY_TESTS.format(same="IS NOT DISTINCT FROM"),
                "pull_request_runs": PULL_REQUEST_RUNS["postgresql"],
            }
        ),
    }
)
"""By dialect, then by name: the statement that makes the view."""
