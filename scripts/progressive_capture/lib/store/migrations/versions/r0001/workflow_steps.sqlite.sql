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
