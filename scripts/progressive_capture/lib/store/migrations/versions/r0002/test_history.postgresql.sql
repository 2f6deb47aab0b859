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
