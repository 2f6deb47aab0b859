-- Written by `python -m progressive_capture.lib.store.migrations.supabase_files`: change the program's own
-- migrations and statements, not this file.

CREATE TABLE progressive_capture_version (
    version_num VARCHAR(32) NOT NULL, 
    CONSTRAINT progressive_capture_version_pkc PRIMARY KEY (version_num)
);

-- Running upgrade  -> 0001

CREATE TABLE repositories (
    id BIGINT NOT NULL, 
    captured_at TIMESTAMP WITH TIME ZONE NOT NULL, 
    full_name TEXT NOT NULL, 
    owner TEXT NOT NULL, 
    name TEXT NOT NULL, 
    private BOOLEAN NOT NULL, 
    default_branch TEXT, 
    html_url TEXT, 
    PRIMARY KEY (id)
);

CREATE TABLE workflows (
    id BIGINT NOT NULL, 
    repository_id BIGINT NOT NULL, 
    captured_at TIMESTAMP WITH TIME ZONE NOT NULL, 
    name TEXT, 
    path TEXT, 
    state TEXT, 
    PRIMARY KEY (id)
);

CREATE TABLE commits (
    repository_id BIGINT NOT NULL, 
    sha TEXT NOT NULL, 
    captured_at TIMESTAMP WITH TIME ZONE NOT NULL, 
    tree_id TEXT, 
    message TEXT, 
    author_name TEXT, 
    committed_at TIMESTAMP WITH TIME ZONE, 
    PRIMARY KEY (repository_id, sha)
);

CREATE TABLE workflow_runs (
    id BIGINT NOT NULL, 
    repository_id BIGINT NOT NULL, 
    captured_at TIMESTAMP WITH TIME ZONE NOT NULL, 
    workflow_id BIGINT, 
    name TEXT, 
    display_title TEXT, 
    path TEXT, 
    run_number BIGINT, 
    run_attempt BIGINT, 
    event TEXT, 
    status TEXT, 
    conclusion TEXT, 
    head_branch TEXT, 
    head_sha TEXT, 
    head_repository_id BIGINT, 
    actor_id BIGINT, 
    actor_login TEXT, 
    triggering_actor_login TEXT, 
    pull_request_numbers JSONB NOT NULL, 
    check_suite_id BIGINT, 
    check_suite_node_id TEXT, 
    node_id TEXT, 
    html_url TEXT, 
    created_at TIMESTAMP WITH TIME ZONE, 
    updated_at TIMESTAMP WITH TIME ZONE, 
    run_started_at TIMESTAMP WITH TIME ZONE, 
    gone_at TIMESTAMP WITH TIME ZONE, 
    PRIMARY KEY (id)
);

CREATE TABLE workflow_run_attempts (
    run_id BIGINT NOT NULL, 
    run_attempt BIGINT NOT NULL, 
    repository_id BIGINT NOT NULL, 
    captured_at TIMESTAMP WITH TIME ZONE NOT NULL, 
    status TEXT, 
    conclusion TEXT, 
    run_started_at TIMESTAMP WITH TIME ZONE, 
    updated_at TIMESTAMP WITH TIME ZONE, 
    triggering_actor_login TEXT, 
    PRIMARY KEY (run_id, run_attempt)
);

CREATE TABLE workflow_jobs (
    id BIGINT NOT NULL, 
    repository_id BIGINT NOT NULL, 
    captured_at TIMESTAMP WITH TIME ZONE NOT NULL, 
    node_id TEXT, 
    run_id BIGINT NOT NULL, 
    run_attempt BIGINT, 
    name TEXT, 
    workflow_name TEXT, 
    status TEXT, 
    conclusion TEXT, 
    created_at TIMESTAMP WITH TIME ZONE, 
    started_at TIMESTAMP WITH TIME ZONE, 
    completed_at TIMESTAMP WITH TIME ZONE, 
    head_sha TEXT, 
    head_branch TEXT, 
    labels JSONB, 
    runner_id BIGINT, 
    runner_name TEXT, 
    runner_group_name TEXT, 
    html_url TEXT, 
    steps JSONB, 
    source TEXT NOT NULL, 
    carried_from_job_id BIGINT, 
    PRIMARY KEY (id)
);

CREATE TABLE workflow_job_coverage (
    run_id BIGINT NOT NULL, 
    repository_id BIGINT NOT NULL, 
    captured_at TIMESTAMP WITH TIME ZONE NOT NULL, 
    run_attempt BIGINT, 
    run_updated_at TIMESTAMP WITH TIME ZONE, 
    run_status TEXT, 
    depth TEXT NOT NULL, 
    job_count BIGINT NOT NULL, 
    foreign_check_run_count BIGINT, 
    PRIMARY KEY (run_id)
);

CREATE TABLE artifacts (
    id BIGINT NOT NULL, 
    repository_id BIGINT NOT NULL, 
    captured_at TIMESTAMP WITH TIME ZONE NOT NULL, 
    run_id BIGINT, 
    run_attempt BIGINT, 
    name TEXT NOT NULL, 
    size_in_bytes BIGINT, 
    digest TEXT, 
    expired BOOLEAN, 
    created_at TIMESTAMP WITH TIME ZONE, 
    updated_at TIMESTAMP WITH TIME ZONE, 
    expires_at TIMESTAMP WITH TIME ZONE, 
    head_branch TEXT, 
    head_sha TEXT, 
    content_status TEXT NOT NULL, 
    content_reason TEXT, 
    gone_at TIMESTAMP WITH TIME ZONE, 
    PRIMARY KEY (id)
);

CREATE TABLE artifact_files (
    artifact_id BIGINT NOT NULL, 
    position BIGINT NOT NULL, 
    repository_id BIGINT NOT NULL, 
    captured_at TIMESTAMP WITH TIME ZONE NOT NULL, 
    path TEXT NOT NULL, 
    size_bytes BIGINT, 
    category TEXT, 
    media_type TEXT, 
    sha256 TEXT, 
    content TEXT, 
    storage_key TEXT, 
    status TEXT NOT NULL, 
    reason TEXT, 
    PRIMARY KEY (artifact_id, position)
);

CREATE TABLE test_results (
    artifact_id BIGINT NOT NULL, 
    file_position BIGINT NOT NULL, 
    position BIGINT NOT NULL, 
    repository_id BIGINT NOT NULL, 
    captured_at TIMESTAMP WITH TIME ZONE NOT NULL, 
    run_id BIGINT, 
    run_attempt BIGINT, 
    suite TEXT, 
    classname TEXT, 
    name TEXT, 
    status TEXT NOT NULL, 
    rerun BOOLEAN, 
    duration_seconds DOUBLE PRECISION, 
    message TEXT, 
    PRIMARY KEY (artifact_id, file_position, position)
);

CREATE TABLE progressive_capture_jobs (
    id TEXT NOT NULL, 
    kind TEXT NOT NULL, 
    repository TEXT NOT NULL, 
    status TEXT NOT NULL, 
    outcome TEXT, 
    processor TEXT NOT NULL, 
    route_reason TEXT, 
    parameters JSONB NOT NULL, 
    request_key TEXT NOT NULL, 
    priority BIGINT NOT NULL, 
    parent_id TEXT, 
    chunk_index BIGINT, 
    chunk_count BIGINT, 
    total_items BIGINT, 
    processed_items BIGINT NOT NULL, 
    failed_items BIGINT NOT NULL, 
    attempt BIGINT NOT NULL, 
    max_attempts BIGINT NOT NULL, 
    next_attempt_at TIMESTAMP WITH TIME ZONE, 
    heartbeat_at TIMESTAMP WITH TIME ZONE, 
    claimed_by TEXT, 
    resume_at TIMESTAMP WITH TIME ZONE, 
    handovers BIGINT NOT NULL, 
    error TEXT, 
    dispatch_nonce TEXT, 
    dispatched_at TIMESTAMP WITH TIME ZONE, 
    workflow_run_id BIGINT, 
    workflow_run_url TEXT, 
    rest_requests BIGINT NOT NULL, 
    graphql_points BIGINT NOT NULL, 
    runner_minutes DOUBLE PRECISION NOT NULL, 
    cost_usd DOUBLE PRECISION NOT NULL, 
    created_at TIMESTAMP WITH TIME ZONE, 
    started_at TIMESTAMP WITH TIME ZONE, 
    updated_at TIMESTAMP WITH TIME ZONE, 
    finished_at TIMESTAMP WITH TIME ZONE, 
    PRIMARY KEY (id)
);

CREATE TABLE capture_windows (
    repository_id BIGINT NOT NULL, 
    kind TEXT NOT NULL, 
    slice TEXT NOT NULL, 
    window_from TIMESTAMP WITH TIME ZONE NOT NULL, 
    window_to TIMESTAMP WITH TIME ZONE NOT NULL, 
    captured_at TIMESTAMP WITH TIME ZONE NOT NULL, 
    item_count BIGINT NOT NULL, 
    reported_count BIGINT, 
    status TEXT NOT NULL, 
    reason TEXT, 
    PRIMARY KEY (repository_id, kind, slice, window_from, window_to)
);

CREATE TABLE capture_failures (
    kind TEXT NOT NULL, 
    repository_id BIGINT NOT NULL, 
    item_key TEXT NOT NULL, 
    captured_at TIMESTAMP WITH TIME ZONE NOT NULL, 
    error TEXT NOT NULL, 
    attempts BIGINT NOT NULL, 
    next_attempt_at TIMESTAMP WITH TIME ZONE NOT NULL, 
    resolved_at TIMESTAMP WITH TIME ZONE, 
    PRIMARY KEY (kind, repository_id, item_key)
);

CREATE TABLE pull_requests (
    id BIGINT NOT NULL, 
    repository_id BIGINT NOT NULL, 
    captured_at TIMESTAMP WITH TIME ZONE NOT NULL, 
    number BIGINT NOT NULL, 
    title TEXT, 
    state TEXT, 
    draft BOOLEAN, 
    merged BOOLEAN, 
    author_login TEXT, 
    base_ref TEXT, 
    head_ref TEXT, 
    head_sha TEXT, 
    head_repository_id BIGINT, 
    additions BIGINT, 
    deletions BIGINT, 
    changed_files BIGINT, 
    created_at TIMESTAMP WITH TIME ZONE, 
    updated_at TIMESTAMP WITH TIME ZONE, 
    closed_at TIMESTAMP WITH TIME ZONE, 
    merged_at TIMESTAMP WITH TIME ZONE, 
    gone_at TIMESTAMP WITH TIME ZONE, 
    PRIMARY KEY (id)
);

CREATE TABLE reviews (
    id BIGINT NOT NULL, 
    repository_id BIGINT NOT NULL, 
    captured_at TIMESTAMP WITH TIME ZONE NOT NULL, 
    pull_request_number BIGINT NOT NULL, 
    author_login TEXT, 
    state TEXT, 
    body TEXT, 
    is_minimized BOOLEAN, 
    created_at TIMESTAMP WITH TIME ZONE, 
    updated_at TIMESTAMP WITH TIME ZONE, 
    submitted_at TIMESTAMP WITH TIME ZONE, 
    gone_at TIMESTAMP WITH TIME ZONE, 
    PRIMARY KEY (id)
);

CREATE TABLE review_comments (
    id BIGINT NOT NULL, 
    repository_id BIGINT NOT NULL, 
    captured_at TIMESTAMP WITH TIME ZONE NOT NULL, 
    pull_request_number BIGINT NOT NULL, 
    review_id BIGINT, 
    author_login TEXT, 
    body TEXT, 
    path TEXT, 
    line BIGINT, 
    in_reply_to_id BIGINT, 
    is_minimized BOOLEAN, 
    created_at TIMESTAMP WITH TIME ZONE, 
    updated_at TIMESTAMP WITH TIME ZONE, 
    gone_at TIMESTAMP WITH TIME ZONE, 
    PRIMARY KEY (id)
);

CREATE TABLE issue_comments (
    id BIGINT NOT NULL, 
    repository_id BIGINT NOT NULL, 
    captured_at TIMESTAMP WITH TIME ZONE NOT NULL, 
    pull_request_number BIGINT NOT NULL, 
    author_login TEXT, 
    body TEXT, 
    is_minimized BOOLEAN, 
    created_at TIMESTAMP WITH TIME ZONE, 
    updated_at TIMESTAMP WITH TIME ZONE, 
    gone_at TIMESTAMP WITH TIME ZONE, 
    PRIMARY KEY (id)
);

CREATE TABLE file_changes (
    repository_id BIGINT NOT NULL, 
    pull_request_number BIGINT NOT NULL, 
    path TEXT NOT NULL, 
    captured_at TIMESTAMP WITH TIME ZONE NOT NULL, 
    head_sha TEXT, 
    previous_path TEXT, 
    status TEXT, 
    additions BIGINT, 
    deletions BIGINT, 
    changes BIGINT, 
    PRIMARY KEY (repository_id, pull_request_number, path)
);

CREATE INDEX ix_workflows_repository ON workflows (repository_id);

CREATE INDEX ix_workflow_runs_created_at ON workflow_runs (repository_id, created_at);

CREATE INDEX ix_workflow_runs_repository ON workflow_runs (repository_id, id);

CREATE INDEX ix_workflow_runs_unfinished ON workflow_runs (repository_id, id) WHERE status <> 'completed';

CREATE INDEX ix_workflow_run_attempts_repository ON workflow_run_attempts (repository_id);

CREATE INDEX ix_workflow_jobs_repository ON workflow_jobs (repository_id);

CREATE INDEX ix_workflow_jobs_run ON workflow_jobs (run_id, run_attempt);

CREATE INDEX ix_workflow_jobs_without_steps ON workflow_jobs (repository_id, run_id, id) WHERE steps IS NULL;

CREATE INDEX ix_workflow_job_coverage_repository ON workflow_job_coverage (repository_id);

CREATE INDEX ix_artifacts_repository ON artifacts (repository_id, id);

CREATE INDEX ix_artifacts_run ON artifacts (run_id);

CREATE INDEX ix_artifact_files_repository ON artifact_files (repository_id);

CREATE INDEX ix_test_results_repository ON test_results (repository_id);

CREATE INDEX ix_test_results_run ON test_results (run_id);

CREATE INDEX ix_progressive_capture_jobs_repository ON progressive_capture_jobs (repository, created_at);

CREATE UNIQUE INDEX ix_progressive_capture_jobs_waiting ON progressive_capture_jobs (request_key) WHERE request_key <> '' AND status IN ('queued', 'paused', 'running');

CREATE INDEX ix_capture_failures_repository ON capture_failures (repository_id);

CREATE INDEX ix_pull_requests_number ON pull_requests (repository_id, number);

CREATE INDEX ix_reviews_pull_request ON reviews (repository_id, pull_request_number);

CREATE INDEX ix_review_comments_pull_request ON review_comments (repository_id, pull_request_number);

CREATE INDEX ix_issue_comments_pull_request ON issue_comments (repository_id, pull_request_number);

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
FROM workflow_jobs AS job CROSS JOIN LATERAL jsonb_array_elements(job.steps) AS step;

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
        SELECT 1 FROM workflow_jobs AS job WHERE job.run_id = run.id AND COALESCE(job.run_attempt, 1) = COALESCE(run.run_attempt, 1) AND job.status <> 'completed'
    ) THEN (
        SELECT EXTRACT(EPOCH FROM MAX(job.completed_at) - run.run_started_at)::bigint
        FROM workflow_jobs AS job WHERE job.run_id = run.id AND COALESCE(job.run_attempt, 1) = COALESCE(run.run_attempt, 1) AND job.carried_from_job_id IS NULL
    ) END AS build_duration,
    (SELECT COUNT(*) FROM workflow_jobs AS job WHERE job.run_id = run.id AND COALESCE(job.run_attempt, 1) = COALESCE(run.run_attempt, 1)) AS total_jobs,
    (
        SELECT COALESCE(jsonb_agg(jsonb_build_object(
            'id', job.id, 'name', job.name, 'status', job.status, 'conclusion', job.conclusion,
            'started_at', to_char(job.started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
            'completed_at', to_char(job.completed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
            'carried_from_job_id', job.carried_from_job_id, 'steps', job.steps
        ) ORDER BY job.id), '[]'::jsonb)
        FROM workflow_jobs AS job WHERE job.run_id = run.id AND COALESCE(job.run_attempt, 1) = COALESCE(run.run_attempt, 1)
    ) AS job_details
FROM workflow_runs AS run
LEFT JOIN repositories AS repository ON repository.id = run.repository_id
LEFT JOIN workflows AS workflow ON workflow.id = run.workflow_id;

INSERT INTO progressive_capture_version (version_num) VALUES ('0001') RETURNING progressive_capture_version.version_num;

ALTER TABLE progressive_capture_version ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON progressive_capture_version FROM PUBLIC, anon, authenticated, service_role;
GRANT SELECT ON progressive_capture_version TO service_role;
ALTER TABLE repositories ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON repositories FROM PUBLIC, anon, authenticated, service_role;
GRANT SELECT, INSERT, UPDATE, DELETE ON repositories TO service_role;
ALTER TABLE workflows ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON workflows FROM PUBLIC, anon, authenticated, service_role;
GRANT SELECT, INSERT, UPDATE, DELETE ON workflows TO service_role;
ALTER TABLE commits ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON commits FROM PUBLIC, anon, authenticated, service_role;
GRANT SELECT, INSERT, UPDATE, DELETE ON commits TO service_role;
ALTER TABLE workflow_runs ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON workflow_runs FROM PUBLIC, anon, authenticated, service_role;
GRANT SELECT, INSERT, UPDATE, DELETE ON workflow_runs TO service_role;
ALTER TABLE workflow_run_attempts ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON workflow_run_attempts FROM PUBLIC, anon, authenticated, service_role;
GRANT SELECT, INSERT, UPDATE, DELETE ON workflow_run_attempts TO service_role;
ALTER TABLE workflow_jobs ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON workflow_jobs FROM PUBLIC, anon, authenticated, service_role;
GRANT SELECT, INSERT, UPDATE, DELETE ON workflow_jobs TO service_role;
ALTER TABLE workflow_job_coverage ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON workflow_job_coverage FROM PUBLIC, anon, authenticated, service_role;
GRANT SELECT, INSERT, UPDATE, DELETE ON workflow_job_coverage TO service_role;
ALTER TABLE artifacts ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON artifacts FROM PUBLIC, anon, authenticated, service_role;
GRANT SELECT, INSERT, UPDATE, DELETE ON artifacts TO service_role;
ALTER TABLE artifact_files ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON artifact_files FROM PUBLIC, anon, authenticated, service_role;
GRANT SELECT, INSERT, UPDATE, DELETE ON artifact_files TO service_role;
ALTER TABLE test_results ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON test_results FROM PUBLIC, anon, authenticated, service_role;
GRANT SELECT, INSERT, UPDATE, DELETE ON test_results TO service_role;
ALTER TABLE progressive_capture_jobs ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON progressive_capture_jobs FROM PUBLIC, anon, authenticated, service_role;
GRANT SELECT, INSERT, UPDATE, DELETE ON progressive_capture_jobs TO service_role;
ALTER TABLE capture_windows ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON capture_windows FROM PUBLIC, anon, authenticated, service_role;
GRANT SELECT, INSERT, UPDATE, DELETE ON capture_windows TO service_role;
ALTER TABLE capture_failures ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON capture_failures FROM PUBLIC, anon, authenticated, service_role;
GRANT SELECT, INSERT, UPDATE, DELETE ON capture_failures TO service_role;
ALTER TABLE pull_requests ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON pull_requests FROM PUBLIC, anon, authenticated, service_role;
GRANT SELECT, INSERT, UPDATE, DELETE ON pull_requests TO service_role;
ALTER TABLE reviews ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON reviews FROM PUBLIC, anon, authenticated, service_role;
GRANT SELECT, INSERT, UPDATE, DELETE ON reviews TO service_role;
ALTER TABLE review_comments ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON review_comments FROM PUBLIC, anon, authenticated, service_role;
GRANT SELECT, INSERT, UPDATE, DELETE ON review_comments TO service_role;
ALTER TABLE issue_comments ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON issue_comments FROM PUBLIC, anon, authenticated, service_role;
GRANT SELECT, INSERT, UPDATE, DELETE ON issue_comments TO service_role;
ALTER TABLE file_changes ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON file_changes FROM PUBLIC, anon, authenticated, service_role;
GRANT SELECT, INSERT, UPDATE, DELETE ON file_changes TO service_role;
ALTER VIEW workflow_steps SET (security_invoker = true);
REVOKE ALL ON workflow_steps FROM PUBLIC, anon, authenticated, service_role;
GRANT SELECT ON workflow_steps TO service_role;
ALTER VIEW builds SET (security_invoker = true);
REVOKE ALL ON builds FROM PUBLIC, anon, authenticated, service_role;
GRANT SELECT ON builds TO service_role;
