-- Written by `python -m progressive_capture.lib.store.migrations.supabase_files`: change the program's own
-- migrations and statements, not this file.

-- Running upgrade 0001 -> 0002

ALTER TABLE artifacts ADD COLUMN run_attempt_inferred BOOLEAN;

CREATE INDEX ix_artifacts_created_at ON artifacts (repository_id, created_at);

CREATE INDEX ix_artifacts_to_download ON artifacts (repository_id, expires_at, id) WHERE content_status IN ('pending', 'failed');

CREATE INDEX ix_artifacts_not_over ON artifacts (repository_id, expires_at) WHERE NOT (gone_at IS NOT NULL AND expired IS TRUE AND content_status NOT IN ('pending', 'failed'));

CREATE INDEX ix_artifacts_of_unknown_attempt ON artifacts (repository_id, id) WHERE run_attempt IS NULL;

CREATE INDEX ix_artifact_files_storage_key ON artifact_files (storage_key) WHERE storage_key IS NOT NULL;

CREATE INDEX ix_artifact_files_removed ON artifact_files (sha256) WHERE status = 'removed';

CREATE INDEX ix_test_results_failed ON test_results (artifact_id) WHERE status IN ('failed', 'error');

CREATE INDEX ix_test_results_name ON test_results USING hash (name);

DROP VIEW builds;

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
        SELECT 1 FROM workflow_jobs AS job WHERE job.run_id = run.id AND COALESCE(job.run_attempt, 1) = COALESCE(run.run_attempt, 1) AND job.status <> 'completed'
    ) THEN (
        SELECT EXTRACT(EPOCH FROM MAX(job.completed_at) - run.run_started_at)::bigint
        FROM workflow_jobs AS job WHERE job.run_id = run.id AND COALESCE(job.run_attempt, 1) = COALESCE(run.run_attempt, 1) AND job.carried_from_job_id IS NULL
    ) END AS build_duration,
    CASE WHEN coverage.run_id IS NOT NULL THEN (
        SELECT COUNT(*) FROM workflow_jobs AS job WHERE job.run_id = run.id AND COALESCE(job.run_attempt, 1) = COALESCE(run.run_attempt, 1)
    ) END AS total_jobs,
    CASE WHEN coverage.run_id IS NOT NULL THEN (
        SELECT COALESCE(jsonb_agg(jsonb_build_object(
            'id', job.id, 'name', job.name, 'status', job.status, 'conclusion', job.conclusion,
            'started_at', to_char(job.started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
            'completed_at', to_char(job.completed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
            'carried_from_job_id', job.carried_from_job_id, 'steps', job.steps
        ) ORDER BY job.id), '[]'::jsonb)
        FROM workflow_jobs AS job WHERE job.run_id = run.id AND COALESCE(job.run_attempt, 1) = COALESCE(run.run_attempt, 1)
    ) END AS job_details
FROM workflow_runs AS run
LEFT JOIN workflow_job_coverage AS coverage
    ON coverage.run_id = run.id
    AND COALESCE(coverage.run_attempt, 1) = COALESCE(run.run_attempt, 1)
    AND (COALESCE(run.run_attempt, 1) = 1 OR NOT EXISTS (
        SELECT 1 FROM workflow_jobs AS job WHERE job.run_id = run.id AND job.run_attempt IS NULL
    ))
LEFT JOIN repositories AS repository ON repository.id = run.repository_id
LEFT JOIN workflows AS workflow ON workflow.id = run.workflow_id;

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
    AND tested.sha = COALESCE(run.head_sha, artifact.head_sha);

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
        AND measured.workflow_id IS NOT DISTINCT FROM failed.workflow_id
        AND measured.repository_id = failed.repository_id
        AND result.artifact_id = measured.artifact_id
        AND result.repository_id = failed.repository_id
        AND result.name = failed.name
        AND result.classname IS NOT DISTINCT FROM failed.classname
        AND result.suite IS NOT DISTINCT FROM failed.suite
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
GROUP BY repository_id, workflow_id, artifact_name, suite, classname, name;

UPDATE progressive_capture_version SET version_num='0002' WHERE progressive_capture_version.version_num = '0001';

ALTER VIEW builds SET (security_invoker = true);
REVOKE ALL ON builds FROM PUBLIC, anon, authenticated, service_role;
GRANT SELECT ON builds TO service_role;
ALTER VIEW test_history SET (security_invoker = true);
REVOKE ALL ON test_history FROM PUBLIC, anon, authenticated, service_role;
GRANT SELECT ON test_history TO service_role;
ALTER VIEW flaky_tests SET (security_invoker = true);
REVOKE ALL ON flaky_tests FROM PUBLIC, anon, authenticated, service_role;
GRANT SELECT ON flaky_tests TO service_role;
