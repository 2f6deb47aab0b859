-- Written by `python -m progressive_capture.lib.store.migrations.supabase_files`: change the program's own
-- migrations and statements, not this file.

-- Running upgrade 0002 -> 0003

ALTER TABLE pull_requests ADD COLUMN node_id TEXT;

ALTER TABLE reviews ADD COLUMN node_id TEXT;

CREATE TABLE pull_request_coverage (
    repository_id BIGINT NOT NULL, 
    pull_request_number BIGINT NOT NULL, 
    part TEXT NOT NULL, 
    captured_at TIMESTAMP WITH TIME ZONE NOT NULL, 
    pull_request_updated_at TIMESTAMP WITH TIME ZONE, 
    head_sha TEXT, 
    item_count BIGINT NOT NULL, 
    reported_count BIGINT, 
    reason TEXT, 
    PRIMARY KEY (repository_id, pull_request_number, part)
);

CREATE INDEX ix_pull_requests_updated_at ON pull_requests (repository_id, updated_at, id);

CREATE INDEX ix_pull_requests_head_sha ON pull_requests (repository_id, head_sha);

CREATE INDEX ix_pull_requests_head_ref ON pull_requests (repository_id, head_ref, head_repository_id);

CREATE INDEX ix_workflow_runs_head_sha ON workflow_runs (repository_id, head_sha);

CREATE INDEX ix_workflow_runs_head_branch ON workflow_runs (repository_id, head_branch, head_repository_id, created_at);

CREATE INDEX ix_file_changes_moved_from_unknown ON file_changes (repository_id, pull_request_number) WHERE status IN ('renamed', 'copied') AND previous_path IS NULL;

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
    AND NOT run.pull_request_numbers @> to_jsonb(pull.number);

UPDATE progressive_capture_version SET version_num='0003' WHERE progressive_capture_version.version_num = '0002';

ALTER TABLE pull_request_coverage ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON pull_request_coverage FROM PUBLIC, anon, authenticated, service_role;
GRANT SELECT, INSERT, UPDATE, DELETE ON pull_request_coverage TO service_role;
ALTER VIEW pull_request_runs SET (security_invoker = true);
REVOKE ALL ON pull_request_runs FROM PUBLIC, anon, authenticated, service_role;
GRANT SELECT ON pull_request_runs TO service_role;
