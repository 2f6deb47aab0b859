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
LEFT JOIN workflows AS workflow ON workflow.id = run.workflow_id
