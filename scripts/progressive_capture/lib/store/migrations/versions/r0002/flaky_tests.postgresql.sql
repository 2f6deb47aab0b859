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
GROUP BY repository_id, workflow_id, artifact_name, suite, classname, name
