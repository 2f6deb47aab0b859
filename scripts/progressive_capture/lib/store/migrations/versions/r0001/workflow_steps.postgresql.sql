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
