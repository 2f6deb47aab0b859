CREATE VIEW pull_request_runs AS
SELECT DISTINCT
    run.repository_id AS repository_id,
    listed.value AS pull_request_number,
    run.id AS run_id,
    'listed' AS matched_by
FROM workflow_runs AS run CROSS JOIN json_each(run.pull_request_numbers) AS listed
UNION ALL
SELECT
    pull.repository_id,
    pull.number,
    run.id,
    'head_sha'
FROM pull_requests AS pull
JOIN workflow_runs AS run
    ON run.repository_id = pull.repository_id
    AND run.head_sha = pull.head_sha
WHERE NOT EXISTS (SELECT 1 FROM json_each(run.pull_request_numbers) AS listed WHERE listed.value = pull.number)
UNION ALL
SELECT
    pull.repository_id,
    pull.number,
    run.id,
    'head_branch'
FROM pull_requests AS pull
JOIN workflow_runs AS run
    ON run.repository_id = pull.repository_id
    AND run.head_branch = pull.head_ref
    AND run.head_repository_id = pull.head_repository_id
    AND run.created_at >= pull.created_at
    AND run.created_at <= COALESCE(strftime('%Y-%m-%dT%H:%M:%SZ', pull.closed_at, '+1 hour'), run.created_at)
WHERE run.head_sha IS NOT pull.head_sha
    AND NOT EXISTS (SELECT 1 FROM json_each(run.pull_request_numbers) AS listed WHERE listed.value = pull.number)
