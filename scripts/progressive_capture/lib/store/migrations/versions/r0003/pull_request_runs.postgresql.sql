CREATE VIEW pull_request_runs AS
SELECT DISTINCT
    run.repository_id AS repository_id,
    listed.number::bigint AS pull_request_number,
    run.id AS run_id,
    'listed' AS matched_by
FROM workflow_runs AS run CROSS JOIN LATERAL jsonb_array_elements_text(run.pull_request_numbers) AS listed(number)
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
WHERE NOT run.pull_request_numbers @> to_jsonb(pull.number)
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
    AND run.created_at <= COALESCE(pull.closed_at + INTERVAL '1 hour', run.created_at)
WHERE run.head_sha IS DISTINCT FROM pull.head_sha
    AND NOT run.pull_request_numbers @> to_jsonb(pull.number)
