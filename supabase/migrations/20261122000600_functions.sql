-- Written by `python -m progressive_capture.lib.store.migrations.supabase_files`: change the program's own
-- migrations and statements, not this file.

-- Functions of an earlier version: one that got another argument would stay beside its successor.
DO $drop$
DECLARE older regprocedure;
BEGIN
    FOR older IN SELECT oid FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace AND obj_description(oid, 'pg_proc') = 'Progressive Capture'
    LOOP
        EXECUTE format('DROP FUNCTION %s', older);
    END LOOP;
END
$drop$;

CREATE OR REPLACE FUNCTION capture_artifact_files_in_full(p_named JSONB) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.artifact_id, answer.position, answer.repository_id, answer.captured_at, answer.path, answer.size_bytes, answer.category, answer.media_type, answer.sha256, answer.content, answer.storage_key, answer.status, answer.reason)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT artifact_files.artifact_id AS artifact_id, artifact_files.position AS position, artifact_files.repository_id AS repository_id, artifact_files.captured_at AS captured_at, artifact_files.path AS path, artifact_files.size_bytes AS size_bytes, artifact_files.category AS category, artifact_files.media_type AS media_type, artifact_files.sha256 AS sha256, artifact_files.content AS content, artifact_files.storage_key AS storage_key, artifact_files.status AS status, artifact_files.reason AS reason 
FROM artifact_files 
WHERE (artifact_files.artifact_id, artifact_files.position) IN (SELECT given_named.artifact_id, given_named.position 
FROM jsonb_to_recordset(p_named) AS given_named(artifact_id BIGINT, position BIGINT))) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_artifact_files_in_full(p_named JSONB) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_artifact_files_in_full(p_named JSONB) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_artifact_files_in_full(p_named JSONB) TO service_role;

CREATE OR REPLACE FUNCTION capture_artifacts_among(p_ids BIGINT[]) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.id)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT artifacts.id AS id 
FROM artifacts 
WHERE artifacts.id = ANY (p_ids)) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_artifacts_among(p_ids BIGINT[]) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_artifacts_among(p_ids BIGINT[]) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_artifacts_among(p_ids BIGINT[]) TO service_role;

CREATE OR REPLACE FUNCTION capture_artifacts_by_status(p_repository_id BIGINT, p_now TIMESTAMP WITH TIME ZONE) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.repository_id, answer.content_status, answer.artifacts, answer.size_in_bytes, answer.next_expires_at)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT artifacts.repository_id AS repository_id, artifacts.content_status AS content_status, count(*) AS artifacts, coalesce(sum(artifacts.size_in_bytes), 0) AS size_in_bytes, min(CASE WHEN (artifacts.gone_at IS NULL AND artifacts.expires_at > p_now) THEN artifacts.expires_at END) AS next_expires_at 
FROM artifacts 
WHERE p_repository_id IS NULL OR artifacts.repository_id = p_repository_id GROUP BY artifacts.repository_id, artifacts.content_status ORDER BY artifacts.repository_id, artifacts.content_status) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_artifacts_by_status(p_repository_id BIGINT, p_now TIMESTAMP WITH TIME ZONE) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_artifacts_by_status(p_repository_id BIGINT, p_now TIMESTAMP WITH TIME ZONE) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_artifacts_by_status(p_repository_id BIGINT, p_now TIMESTAMP WITH TIME ZONE) TO service_role;

CREATE OR REPLACE FUNCTION capture_artifacts_of_unknown_attempt(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT, p_before BIGINT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.id, answer.created_at, answer.run_id, answer.run_attempt, answer.run_seen_at)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT artifacts.id AS id, artifacts.created_at AS created_at, artifacts.run_id AS run_id, workflow_runs.run_attempt AS run_attempt, workflow_runs.captured_at AS run_seen_at 
FROM artifacts JOIN workflow_runs ON workflow_runs.id = artifacts.run_id 
WHERE artifacts.repository_id = p_repository_id AND (p_created_from IS NULL OR artifacts.created_at >= p_created_from) AND (p_created_to IS NULL OR artifacts.created_at <= p_created_to) AND (p_first_id IS NULL OR artifacts.id >= p_first_id) AND (p_last_id IS NULL OR artifacts.id <= p_last_id) AND artifacts.run_attempt IS NULL AND (p_before IS NULL OR artifacts.id < p_before) ORDER BY artifacts.id DESC 
 LIMIT 500) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_artifacts_of_unknown_attempt(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT, p_before BIGINT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_artifacts_of_unknown_attempt(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT, p_before BIGINT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_artifacts_of_unknown_attempt(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT, p_before BIGINT) TO service_role;

CREATE OR REPLACE FUNCTION capture_artifacts_to_download_expiring(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT, p_after_time TIMESTAMP WITH TIME ZONE, p_after_id BIGINT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.artifact_id, answer.run_id, answer.run_attempt, answer.name, answer.size_in_bytes, answer.digest, answer.created_at, answer.expires_at)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT artifacts.id AS artifact_id, artifacts.run_id AS run_id, artifacts.run_attempt AS run_attempt, artifacts.name AS name, artifacts.size_in_bytes AS size_in_bytes, artifacts.digest AS digest, artifacts.created_at AS created_at, artifacts.expires_at AS expires_at 
FROM artifacts 
WHERE artifacts.repository_id = p_repository_id AND (p_created_from IS NULL OR artifacts.created_at >= p_created_from) AND (p_created_to IS NULL OR artifacts.created_at <= p_created_to) AND (p_first_id IS NULL OR artifacts.id >= p_first_id) AND (p_last_id IS NULL OR artifacts.id <= p_last_id) AND content_status IN ('pending', 'failed') AND artifacts.gone_at IS NULL AND artifacts.expires_at IS NOT NULL AND (p_after_id IS NULL OR artifacts.expires_at >= p_after_time AND (artifacts.expires_at > p_after_time OR artifacts.id > p_after_id)) ORDER BY artifacts.expires_at, artifacts.id 
 LIMIT 500) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_artifacts_to_download_expiring(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT, p_after_time TIMESTAMP WITH TIME ZONE, p_after_id BIGINT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_artifacts_to_download_expiring(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT, p_after_time TIMESTAMP WITH TIME ZONE, p_after_id BIGINT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_artifacts_to_download_expiring(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT, p_after_time TIMESTAMP WITH TIME ZONE, p_after_id BIGINT) TO service_role;

CREATE OR REPLACE FUNCTION capture_artifacts_to_download_not_expiring(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT, p_after_time TIMESTAMP WITH TIME ZONE, p_after_id BIGINT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.artifact_id, answer.run_id, answer.run_attempt, answer.name, answer.size_in_bytes, answer.digest, answer.created_at, answer.expires_at)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT artifacts.id AS artifact_id, artifacts.run_id AS run_id, artifacts.run_attempt AS run_attempt, artifacts.name AS name, artifacts.size_in_bytes AS size_in_bytes, artifacts.digest AS digest, artifacts.created_at AS created_at, artifacts.expires_at AS expires_at 
FROM artifacts 
WHERE artifacts.repository_id = p_repository_id AND (p_created_from IS NULL OR artifacts.created_at >= p_created_from) AND (p_created_to IS NULL OR artifacts.created_at <= p_created_to) AND (p_first_id IS NULL OR artifacts.id >= p_first_id) AND (p_last_id IS NULL OR artifacts.id <= p_last_id) AND content_status IN ('pending', 'failed') AND artifacts.gone_at IS NULL AND artifacts.expires_at IS NULL AND (p_after_id IS NULL OR artifacts.id > p_after_id) ORDER BY artifacts.expires_at, artifacts.id 
 LIMIT 500) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_artifacts_to_download_not_expiring(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT, p_after_time TIMESTAMP WITH TIME ZONE, p_after_id BIGINT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_artifacts_to_download_not_expiring(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT, p_after_time TIMESTAMP WITH TIME ZONE, p_after_id BIGINT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_artifacts_to_download_not_expiring(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT, p_after_time TIMESTAMP WITH TIME ZONE, p_after_id BIGINT) TO service_role;

CREATE OR REPLACE FUNCTION capture_artifacts_with_parts_artifact_files(p_artifact_ids BIGINT[]) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.artifact_id)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT DISTINCT artifact_files.artifact_id AS artifact_id 
FROM artifact_files 
WHERE artifact_files.artifact_id = ANY (p_artifact_ids)) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_artifacts_with_parts_artifact_files(p_artifact_ids BIGINT[]) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_artifacts_with_parts_artifact_files(p_artifact_ids BIGINT[]) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_artifacts_with_parts_artifact_files(p_artifact_ids BIGINT[]) TO service_role;

CREATE OR REPLACE FUNCTION capture_artifacts_with_parts_test_results(p_artifact_ids BIGINT[]) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.artifact_id)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT DISTINCT test_results.artifact_id AS artifact_id 
FROM test_results 
WHERE test_results.artifact_id = ANY (p_artifact_ids)) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_artifacts_with_parts_test_results(p_artifact_ids BIGINT[]) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_artifacts_with_parts_test_results(p_artifact_ids BIGINT[]) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_artifacts_with_parts_test_results(p_artifact_ids BIGINT[]) TO service_role;

CREATE OR REPLACE FUNCTION capture_capture_jobs_among(p_ids TEXT[]) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.id, answer.kind, answer.repository, answer.status, answer.outcome, answer.processor, answer.route_reason, answer.parameters, answer.request_key, answer.priority, answer.parent_id, answer.chunk_index, answer.chunk_count, answer.total_items, answer.processed_items, answer.failed_items, answer.attempt, answer.max_attempts, answer.next_attempt_at, answer.heartbeat_at, answer.claimed_by, answer.resume_at, answer.handovers, answer.error, answer.dispatch_nonce, answer.dispatched_at, answer.workflow_run_id, answer.workflow_run_url, answer.rest_requests, answer.graphql_points, answer.runner_minutes, answer.cost_usd, answer.created_at, answer.started_at, answer.updated_at, answer.finished_at)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT progressive_capture_jobs.id AS id, progressive_capture_jobs.kind AS kind, progressive_capture_jobs.repository AS repository, progressive_capture_jobs.status AS status, progressive_capture_jobs.outcome AS outcome, progressive_capture_jobs.processor AS processor, progressive_capture_jobs.route_reason AS route_reason, progressive_capture_jobs.parameters AS parameters, progressive_capture_jobs.request_key AS request_key, progressive_capture_jobs.priority AS priority, progressive_capture_jobs.parent_id AS parent_id, progressive_capture_jobs.chunk_index AS chunk_index, progressive_capture_jobs.chunk_count AS chunk_count, progressive_capture_jobs.total_items AS total_items, progressive_capture_jobs.processed_items AS processed_items, progressive_capture_jobs.failed_items AS failed_items, progressive_capture_jobs.attempt AS attempt, progressive_capture_jobs.max_attempts AS max_attempts, progressive_capture_jobs.next_attempt_at AS next_attempt_at, progressive_capture_jobs.heartbeat_at AS heartbeat_at, progressive_capture_jobs.claimed_by AS claimed_by, progressive_capture_jobs.resume_at AS resume_at, progressive_capture_jobs.handovers AS handovers, progressive_capture_jobs.error AS error, progressive_capture_jobs.dispatch_nonce AS dispatch_nonce, progressive_capture_jobs.dispatched_at AS dispatched_at, progressive_capture_jobs.workflow_run_id AS workflow_run_id, progressive_capture_jobs.workflow_run_url AS workflow_run_url, progressive_capture_jobs.rest_requests AS rest_requests, progressive_capture_jobs.graphql_points AS graphql_points, progressive_capture_jobs.runner_minutes AS runner_minutes, progressive_capture_jobs.cost_usd AS cost_usd, progressive_capture_jobs.created_at AS created_at, progressive_capture_jobs.started_at AS started_at, progressive_capture_jobs.updated_at AS updated_at, progressive_capture_jobs.finished_at AS finished_at 
FROM progressive_capture_jobs 
WHERE progressive_capture_jobs.id = ANY (p_ids)) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_capture_jobs_among(p_ids TEXT[]) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_capture_jobs_among(p_ids TEXT[]) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_capture_jobs_among(p_ids TEXT[]) TO service_role;

CREATE OR REPLACE FUNCTION capture_change_nothing() RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY INVOKER SET search_path = public, pg_temp
AS $function$
WITH changed AS 
(UPDATE progressive_capture_jobs SET status=progressive_capture_jobs.status WHERE false RETURNING 1 AS one)
 SELECT jsonb_build_array(jsonb_build_array(count(*))) AS jsonb_build_array_1 
FROM changed
$function$;
COMMENT ON FUNCTION capture_change_nothing() IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_change_nothing() FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_change_nothing() TO service_role;

CREATE OR REPLACE FUNCTION capture_changed_files_of_pulls(p_repository_id BIGINT, p_numbers BIGINT[]) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.pull_request_number, answer.path, answer.captured_at, answer.head_sha)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT file_changes.pull_request_number AS pull_request_number, file_changes.path AS path, file_changes.captured_at AS captured_at, file_changes.head_sha AS head_sha 
FROM file_changes 
WHERE file_changes.repository_id = p_repository_id AND file_changes.pull_request_number = ANY (p_numbers)) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_changed_files_of_pulls(p_repository_id BIGINT, p_numbers BIGINT[]) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_changed_files_of_pulls(p_repository_id BIGINT, p_numbers BIGINT[]) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_changed_files_of_pulls(p_repository_id BIGINT, p_numbers BIGINT[]) TO service_role;

CREATE OR REPLACE FUNCTION capture_chunks_of_capture_job(p_parent_id TEXT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.id, answer.kind, answer.repository, answer.status, answer.outcome, answer.processor, answer.route_reason, answer.parameters, answer.request_key, answer.priority, answer.parent_id, answer.chunk_index, answer.chunk_count, answer.total_items, answer.processed_items, answer.failed_items, answer.attempt, answer.max_attempts, answer.next_attempt_at, answer.heartbeat_at, answer.claimed_by, answer.resume_at, answer.handovers, answer.error, answer.dispatch_nonce, answer.dispatched_at, answer.workflow_run_id, answer.workflow_run_url, answer.rest_requests, answer.graphql_points, answer.runner_minutes, answer.cost_usd, answer.created_at, answer.started_at, answer.updated_at, answer.finished_at)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT progressive_capture_jobs.id AS id, progressive_capture_jobs.kind AS kind, progressive_capture_jobs.repository AS repository, progressive_capture_jobs.status AS status, progressive_capture_jobs.outcome AS outcome, progressive_capture_jobs.processor AS processor, progressive_capture_jobs.route_reason AS route_reason, progressive_capture_jobs.parameters AS parameters, progressive_capture_jobs.request_key AS request_key, progressive_capture_jobs.priority AS priority, progressive_capture_jobs.parent_id AS parent_id, progressive_capture_jobs.chunk_index AS chunk_index, progressive_capture_jobs.chunk_count AS chunk_count, progressive_capture_jobs.total_items AS total_items, progressive_capture_jobs.processed_items AS processed_items, progressive_capture_jobs.failed_items AS failed_items, progressive_capture_jobs.attempt AS attempt, progressive_capture_jobs.max_attempts AS max_attempts, progressive_capture_jobs.next_attempt_at AS next_attempt_at, progressive_capture_jobs.heartbeat_at AS heartbeat_at, progressive_capture_jobs.claimed_by AS claimed_by, progressive_capture_jobs.resume_at AS resume_at, progressive_capture_jobs.handovers AS handovers, progressive_capture_jobs.error AS error, progressive_capture_jobs.dispatch_nonce AS dispatch_nonce, progressive_capture_jobs.dispatched_at AS dispatched_at, progressive_capture_jobs.workflow_run_id AS workflow_run_id, progressive_capture_jobs.workflow_run_url AS workflow_run_url, progressive_capture_jobs.rest_requests AS rest_requests, progressive_capture_jobs.graphql_points AS graphql_points, progressive_capture_jobs.runner_minutes AS runner_minutes, progressive_capture_jobs.cost_usd AS cost_usd, progressive_capture_jobs.created_at AS created_at, progressive_capture_jobs.started_at AS started_at, progressive_capture_jobs.updated_at AS updated_at, progressive_capture_jobs.finished_at AS finished_at 
FROM progressive_capture_jobs 
WHERE progressive_capture_jobs.parent_id = p_parent_id ORDER BY progressive_capture_jobs.chunk_index, progressive_capture_jobs.id) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_chunks_of_capture_job(p_parent_id TEXT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_chunks_of_capture_job(p_parent_id TEXT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_chunks_of_capture_job(p_parent_id TEXT) TO service_role;

CREATE OR REPLACE FUNCTION capture_claim_capture_job(p_worker TEXT, p_at TIMESTAMP WITH TIME ZONE, p_kinds TEXT[], p_repository TEXT, p_parent_id TEXT, p_processor TEXT) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY INVOKER SET search_path = public, pg_temp
AS $function$
WITH answer AS 
(UPDATE progressive_capture_jobs SET status='running', outcome=NULL, failed_items=0, attempt=CASE WHEN (progressive_capture_jobs.outcome = 'paused') THEN progressive_capture_jobs.attempt ELSE progressive_capture_jobs.attempt + 1 END, heartbeat_at=p_at, claimed_by=p_worker, resume_at=NULL, error=NULL, started_at=coalesce(progressive_capture_jobs.started_at, p_at), updated_at=p_at, finished_at=NULL WHERE progressive_capture_jobs.id = (SELECT progressive_capture_jobs.id 
FROM progressive_capture_jobs 
WHERE status = 'queued' AND (progressive_capture_jobs.next_attempt_at IS NULL OR progressive_capture_jobs.next_attempt_at <= p_at) AND (progressive_capture_jobs.resume_at IS NULL OR progressive_capture_jobs.resume_at <= p_at) AND (p_kinds IS NULL OR progressive_capture_jobs.kind = ANY (p_kinds)) AND (p_repository IS NULL OR lower(progressive_capture_jobs.repository) = p_repository) AND (p_parent_id IS NULL OR progressive_capture_jobs.parent_id = p_parent_id) AND (p_processor IS NULL OR progressive_capture_jobs.processor = p_processor) ORDER BY progressive_capture_jobs.priority DESC, progressive_capture_jobs.created_at ASC NULLS FIRST, progressive_capture_jobs.id 
 LIMIT 1 FOR UPDATE SKIP LOCKED) AND progressive_capture_jobs.status = 'queued' RETURNING progressive_capture_jobs.id, progressive_capture_jobs.kind, progressive_capture_jobs.repository, progressive_capture_jobs.status, progressive_capture_jobs.outcome, progressive_capture_jobs.processor, progressive_capture_jobs.route_reason, progressive_capture_jobs.parameters, progressive_capture_jobs.request_key, progressive_capture_jobs.priority, progressive_capture_jobs.parent_id, progressive_capture_jobs.chunk_index, progressive_capture_jobs.chunk_count, progressive_capture_jobs.total_items, progressive_capture_jobs.processed_items, progressive_capture_jobs.failed_items, progressive_capture_jobs.attempt, progressive_capture_jobs.max_attempts, progressive_capture_jobs.next_attempt_at, progressive_capture_jobs.heartbeat_at, progressive_capture_jobs.claimed_by, progressive_capture_jobs.resume_at, progressive_capture_jobs.handovers, progressive_capture_jobs.error, progressive_capture_jobs.dispatch_nonce, progressive_capture_jobs.dispatched_at, progressive_capture_jobs.workflow_run_id, progressive_capture_jobs.workflow_run_url, progressive_capture_jobs.rest_requests, progressive_capture_jobs.graphql_points, progressive_capture_jobs.runner_minutes, progressive_capture_jobs.cost_usd, progressive_capture_jobs.created_at, progressive_capture_jobs.started_at, progressive_capture_jobs.updated_at, progressive_capture_jobs.finished_at)
 SELECT coalesce(jsonb_agg(jsonb_build_array(answer.id, answer.kind, answer.repository, answer.status, answer.outcome, answer.processor, answer.route_reason, answer.parameters, answer.request_key, answer.priority, answer.parent_id, answer.chunk_index, answer.chunk_count, answer.total_items, answer.processed_items, answer.failed_items, answer.attempt, answer.max_attempts, answer.next_attempt_at, answer.heartbeat_at, answer.claimed_by, answer.resume_at, answer.handovers, answer.error, answer.dispatch_nonce, answer.dispatched_at, answer.workflow_run_id, answer.workflow_run_url, answer.rest_requests, answer.graphql_points, answer.runner_minutes, answer.cost_usd, answer.created_at, answer.started_at, answer.updated_at, answer.finished_at)), '[]'::jsonb) AS coalesce_1 
FROM answer
$function$;
COMMENT ON FUNCTION capture_claim_capture_job(p_worker TEXT, p_at TIMESTAMP WITH TIME ZONE, p_kinds TEXT[], p_repository TEXT, p_parent_id TEXT, p_processor TEXT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_claim_capture_job(p_worker TEXT, p_at TIMESTAMP WITH TIME ZONE, p_kinds TEXT[], p_repository TEXT, p_parent_id TEXT, p_processor TEXT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_claim_capture_job(p_worker TEXT, p_at TIMESTAMP WITH TIME ZONE, p_kinds TEXT[], p_repository TEXT, p_parent_id TEXT, p_processor TEXT) TO service_role;

CREATE OR REPLACE FUNCTION capture_contents_given_up(p_after TEXT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.sha256, answer.size_bytes)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT removed.sha256 AS sha256, max(removed.size_bytes) AS size_bytes 
FROM artifact_files AS removed 
WHERE removed.status = 'removed' AND removed.sha256 IS NOT NULL AND NOT (EXISTS (SELECT * 
FROM artifact_files 
WHERE artifact_files.storage_key = (substr(removed.sha256, 1, 2) || '/' || removed.sha256))) AND (p_after IS NULL OR removed.sha256 > p_after) GROUP BY removed.sha256 ORDER BY removed.sha256 
 LIMIT 500) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_contents_given_up(p_after TEXT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_contents_given_up(p_after TEXT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_contents_given_up(p_after TEXT) TO service_role;

CREATE OR REPLACE FUNCTION capture_costs_of_capture_jobs_kind() RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.key, answer.jobs, answer.succeeded, answer.failed, answer.paused, answer.processed_items, answer.failed_items, answer.rest_requests, answer.graphql_points, answer.runner_minutes, answer.cost_usd, answer.first_created_at, answer.last_created_at)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT progressive_capture_jobs.kind AS key, count(*) AS jobs, count(CASE WHEN (progressive_capture_jobs.status = 'succeeded') THEN 1 END) AS succeeded, count(CASE WHEN (progressive_capture_jobs.status = 'failed') THEN 1 END) AS failed, count(CASE WHEN (progressive_capture_jobs.status = 'paused') THEN 1 END) AS paused, CAST(sum(progressive_capture_jobs.processed_items) AS BIGINT) AS processed_items, CAST(sum(progressive_capture_jobs.failed_items) AS BIGINT) AS failed_items, CAST(sum(progressive_capture_jobs.rest_requests) AS BIGINT) AS rest_requests, CAST(sum(progressive_capture_jobs.graphql_points) AS BIGINT) AS graphql_points, CAST(sum(progressive_capture_jobs.runner_minutes) AS DOUBLE PRECISION) AS runner_minutes, CAST(sum(progressive_capture_jobs.cost_usd) AS DOUBLE PRECISION) AS cost_usd, min(progressive_capture_jobs.created_at) AS first_created_at, max(progressive_capture_jobs.created_at) AS last_created_at 
FROM progressive_capture_jobs 
WHERE progressive_capture_jobs.parent_id IS NULL GROUP BY progressive_capture_jobs.kind) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_costs_of_capture_jobs_kind() IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_costs_of_capture_jobs_kind() FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_costs_of_capture_jobs_kind() TO service_role;

CREATE OR REPLACE FUNCTION capture_costs_of_capture_jobs_month() RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.key, answer.jobs, answer.succeeded, answer.failed, answer.paused, answer.processed_items, answer.failed_items, answer.rest_requests, answer.graphql_points, answer.runner_minutes, answer.cost_usd, answer.first_created_at, answer.last_created_at)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT coalesce(to_char(progressive_capture_jobs.created_at AT TIME ZONE 'UTC', 'YYYY-MM'), 'undated') AS key, count(*) AS jobs, count(CASE WHEN (progressive_capture_jobs.status = 'succeeded') THEN 1 END) AS succeeded, count(CASE WHEN (progressive_capture_jobs.status = 'failed') THEN 1 END) AS failed, count(CASE WHEN (progressive_capture_jobs.status = 'paused') THEN 1 END) AS paused, CAST(sum(progressive_capture_jobs.processed_items) AS BIGINT) AS processed_items, CAST(sum(progressive_capture_jobs.failed_items) AS BIGINT) AS failed_items, CAST(sum(progressive_capture_jobs.rest_requests) AS BIGINT) AS rest_requests, CAST(sum(progressive_capture_jobs.graphql_points) AS BIGINT) AS graphql_points, CAST(sum(progressive_capture_jobs.runner_minutes) AS DOUBLE PRECISION) AS runner_minutes, CAST(sum(progressive_capture_jobs.cost_usd) AS DOUBLE PRECISION) AS cost_usd, min(progressive_capture_jobs.created_at) AS first_created_at, max(progressive_capture_jobs.created_at) AS last_created_at 
FROM progressive_capture_jobs 
WHERE progressive_capture_jobs.parent_id IS NULL GROUP BY coalesce(to_char(progressive_capture_jobs.created_at AT TIME ZONE 'UTC', 'YYYY-MM'), 'undated')) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_costs_of_capture_jobs_month() IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_costs_of_capture_jobs_month() FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_costs_of_capture_jobs_month() TO service_role;

CREATE OR REPLACE FUNCTION capture_costs_of_capture_jobs_repository() RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.key, answer.jobs, answer.succeeded, answer.failed, answer.paused, answer.processed_items, answer.failed_items, answer.rest_requests, answer.graphql_points, answer.runner_minutes, answer.cost_usd, answer.first_created_at, answer.last_created_at)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT progressive_capture_jobs.repository AS key, count(*) AS jobs, count(CASE WHEN (progressive_capture_jobs.status = 'succeeded') THEN 1 END) AS succeeded, count(CASE WHEN (progressive_capture_jobs.status = 'failed') THEN 1 END) AS failed, count(CASE WHEN (progressive_capture_jobs.status = 'paused') THEN 1 END) AS paused, CAST(sum(progressive_capture_jobs.processed_items) AS BIGINT) AS processed_items, CAST(sum(progressive_capture_jobs.failed_items) AS BIGINT) AS failed_items, CAST(sum(progressive_capture_jobs.rest_requests) AS BIGINT) AS rest_requests, CAST(sum(progressive_capture_jobs.graphql_points) AS BIGINT) AS graphql_points, CAST(sum(progressive_capture_jobs.runner_minutes) AS DOUBLE PRECISION) AS runner_minutes, CAST(sum(progressive_capture_jobs.cost_usd) AS DOUBLE PRECISION) AS cost_usd, min(progressive_capture_jobs.created_at) AS first_created_at, max(progressive_capture_jobs.created_at) AS last_created_at 
FROM progressive_capture_jobs 
WHERE progressive_capture_jobs.parent_id IS NULL GROUP BY progressive_capture_jobs.repository) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_costs_of_capture_jobs_repository() IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_costs_of_capture_jobs_repository() FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_costs_of_capture_jobs_repository() TO service_role;

CREATE OR REPLACE FUNCTION capture_coverage_of_parts(p_named JSONB) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.repository_id, answer.pull_request_number, answer.captured_at, answer.head_sha)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT pull_request_coverage.repository_id AS repository_id, pull_request_coverage.pull_request_number AS pull_request_number, pull_request_coverage.captured_at AS captured_at, pull_request_coverage.head_sha AS head_sha 
FROM pull_request_coverage 
WHERE (pull_request_coverage.repository_id, pull_request_coverage.pull_request_number, pull_request_coverage.part) IN (SELECT given_named.repository_id, given_named.pull_request_number, given_named.part 
FROM jsonb_to_recordset(p_named) AS given_named(repository_id BIGINT, pull_request_number BIGINT, part TEXT))) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_coverage_of_parts(p_named JSONB) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_coverage_of_parts(p_named JSONB) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_coverage_of_parts(p_named JSONB) TO service_role;

CREATE OR REPLACE FUNCTION capture_coverage_of_runs(p_run_ids BIGINT[]) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.run_id, answer.captured_at, answer.depth)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT workflow_job_coverage.run_id AS run_id, workflow_job_coverage.captured_at AS captured_at, workflow_job_coverage.depth AS depth 
FROM workflow_job_coverage 
WHERE workflow_job_coverage.run_id = ANY (p_run_ids)) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_coverage_of_runs(p_run_ids BIGINT[]) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_coverage_of_runs(p_run_ids BIGINT[]) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_coverage_of_runs(p_run_ids BIGINT[]) TO service_role;

CREATE OR REPLACE FUNCTION capture_created_at_after_newer(p_repository_id BIGINT, p_newer BIGINT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.created_at)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT workflow_runs.created_at AS created_at 
FROM workflow_runs 
WHERE workflow_runs.repository_id = p_repository_id AND workflow_runs.created_at IS NOT NULL ORDER BY workflow_runs.created_at DESC 
 LIMIT 1 OFFSET p_newer) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_created_at_after_newer(p_repository_id BIGINT, p_newer BIGINT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_created_at_after_newer(p_repository_id BIGINT, p_newer BIGINT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_created_at_after_newer(p_repository_id BIGINT, p_newer BIGINT) TO service_role;

CREATE OR REPLACE FUNCTION capture_delete_jobs(p_ids BIGINT[]) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY INVOKER SET search_path = public, pg_temp
AS $function$
WITH changed AS 
(DELETE FROM workflow_jobs WHERE workflow_jobs.id = ANY (p_ids) AND workflow_jobs.source = 'graphql' RETURNING 1 AS one)
 SELECT jsonb_build_array(jsonb_build_array(count(*))) AS jsonb_build_array_1 
FROM changed
$function$;
COMMENT ON FUNCTION capture_delete_jobs(p_ids BIGINT[]) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_delete_jobs(p_ids BIGINT[]) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_delete_jobs(p_ids BIGINT[]) TO service_role;

CREATE OR REPLACE FUNCTION capture_delete_parts_artifact_files(p_artifact_ids BIGINT[]) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY INVOKER SET search_path = public, pg_temp
AS $function$
WITH changed AS 
(DELETE FROM artifact_files WHERE artifact_files.artifact_id = ANY (p_artifact_ids) AND NOT (EXISTS (SELECT * 
FROM artifacts 
WHERE artifacts.id = artifact_files.artifact_id AND (artifacts.content_status NOT IN ('pending', 'failed')))) RETURNING 1 AS one)
 SELECT jsonb_build_array(jsonb_build_array(count(*))) AS jsonb_build_array_1 
FROM changed
$function$;
COMMENT ON FUNCTION capture_delete_parts_artifact_files(p_artifact_ids BIGINT[]) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_delete_parts_artifact_files(p_artifact_ids BIGINT[]) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_delete_parts_artifact_files(p_artifact_ids BIGINT[]) TO service_role;

CREATE OR REPLACE FUNCTION capture_delete_parts_test_results(p_artifact_ids BIGINT[]) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY INVOKER SET search_path = public, pg_temp
AS $function$
WITH changed AS 
(DELETE FROM test_results WHERE test_results.artifact_id = ANY (p_artifact_ids) AND NOT (EXISTS (SELECT * 
FROM artifacts 
WHERE artifacts.id = test_results.artifact_id AND (artifacts.content_status NOT IN ('pending', 'failed')))) RETURNING 1 AS one)
 SELECT jsonb_build_array(jsonb_build_array(count(*))) AS jsonb_build_array_1 
FROM changed
$function$;
COMMENT ON FUNCTION capture_delete_parts_test_results(p_artifact_ids BIGINT[]) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_delete_parts_test_results(p_artifact_ids BIGINT[]) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_delete_parts_test_results(p_artifact_ids BIGINT[]) TO service_role;

CREATE OR REPLACE FUNCTION capture_delete_results_of_reports(p_reports JSONB) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY INVOKER SET search_path = public, pg_temp
AS $function$
WITH changed AS 
(DELETE FROM test_results WHERE (test_results.artifact_id, test_results.file_position) IN (SELECT given_reports.artifact_id, given_reports.file_position 
FROM jsonb_to_recordset(p_reports) AS given_reports(artifact_id BIGINT, file_position BIGINT)) RETURNING 1 AS one)
 SELECT jsonb_build_array(jsonb_build_array(count(*))) AS jsonb_build_array_1 
FROM changed
$function$;
COMMENT ON FUNCTION capture_delete_results_of_reports(p_reports JSONB) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_delete_results_of_reports(p_reports JSONB) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_delete_results_of_reports(p_reports JSONB) TO service_role;

CREATE OR REPLACE FUNCTION capture_delete_windows_within_closed(p_repository_id BIGINT, p_kind TEXT, p_slice_ TEXT, p_window_from TIMESTAMP WITH TIME ZONE, p_window_to TIMESTAMP WITH TIME ZONE, p_captured_at TIMESTAMP WITH TIME ZONE) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY INVOKER SET search_path = public, pg_temp
AS $function$
WITH changed AS 
(DELETE FROM capture_windows WHERE capture_windows.repository_id = p_repository_id AND capture_windows.kind = p_kind AND capture_windows.slice = p_slice_ AND (capture_windows.window_from != p_window_from OR capture_windows.window_to != p_window_to) AND capture_windows.window_from >= p_window_from AND capture_windows.window_to <= p_window_to AND (capture_windows.captured_at < p_captured_at OR capture_windows.captured_at = p_captured_at) RETURNING 1 AS one)
 SELECT jsonb_build_array(jsonb_build_array(count(*))) AS jsonb_build_array_1 
FROM changed
$function$;
COMMENT ON FUNCTION capture_delete_windows_within_closed(p_repository_id BIGINT, p_kind TEXT, p_slice_ TEXT, p_window_from TIMESTAMP WITH TIME ZONE, p_window_to TIMESTAMP WITH TIME ZONE, p_captured_at TIMESTAMP WITH TIME ZONE) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_delete_windows_within_closed(p_repository_id BIGINT, p_kind TEXT, p_slice_ TEXT, p_window_from TIMESTAMP WITH TIME ZONE, p_window_to TIMESTAMP WITH TIME ZONE, p_captured_at TIMESTAMP WITH TIME ZONE) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_delete_windows_within_closed(p_repository_id BIGINT, p_kind TEXT, p_slice_ TEXT, p_window_from TIMESTAMP WITH TIME ZONE, p_window_to TIMESTAMP WITH TIME ZONE, p_captured_at TIMESTAMP WITH TIME ZONE) TO service_role;

CREATE OR REPLACE FUNCTION capture_delete_windows_within_not_closed(p_repository_id BIGINT, p_kind TEXT, p_slice_ TEXT, p_window_from TIMESTAMP WITH TIME ZONE, p_window_to TIMESTAMP WITH TIME ZONE, p_captured_at TIMESTAMP WITH TIME ZONE) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY INVOKER SET search_path = public, pg_temp
AS $function$
WITH changed AS 
(DELETE FROM capture_windows WHERE capture_windows.repository_id = p_repository_id AND capture_windows.kind = p_kind AND capture_windows.slice = p_slice_ AND (capture_windows.window_from != p_window_from OR capture_windows.window_to != p_window_to) AND capture_windows.window_from >= p_window_from AND capture_windows.window_to <= p_window_to AND (capture_windows.captured_at < p_captured_at OR capture_windows.captured_at = p_captured_at AND capture_windows.status = 'open') RETURNING 1 AS one)
 SELECT jsonb_build_array(jsonb_build_array(count(*))) AS jsonb_build_array_1 
FROM changed
$function$;
COMMENT ON FUNCTION capture_delete_windows_within_not_closed(p_repository_id BIGINT, p_kind TEXT, p_slice_ TEXT, p_window_from TIMESTAMP WITH TIME ZONE, p_window_to TIMESTAMP WITH TIME ZONE, p_captured_at TIMESTAMP WITH TIME ZONE) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_delete_windows_within_not_closed(p_repository_id BIGINT, p_kind TEXT, p_slice_ TEXT, p_window_from TIMESTAMP WITH TIME ZONE, p_window_to TIMESTAMP WITH TIME ZONE, p_captured_at TIMESTAMP WITH TIME ZONE) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_delete_windows_within_not_closed(p_repository_id BIGINT, p_kind TEXT, p_slice_ TEXT, p_window_from TIMESTAMP WITH TIME ZONE, p_window_to TIMESTAMP WITH TIME ZONE, p_captured_at TIMESTAMP WITH TIME ZONE) TO service_role;

CREATE OR REPLACE FUNCTION capture_dispatched_capture_jobs(p_most BIGINT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.id, answer.kind, answer.repository, answer.status, answer.outcome, answer.processor, answer.route_reason, answer.parameters, answer.request_key, answer.priority, answer.parent_id, answer.chunk_index, answer.chunk_count, answer.total_items, answer.processed_items, answer.failed_items, answer.attempt, answer.max_attempts, answer.next_attempt_at, answer.heartbeat_at, answer.claimed_by, answer.resume_at, answer.handovers, answer.error, answer.dispatch_nonce, answer.dispatched_at, answer.workflow_run_id, answer.workflow_run_url, answer.rest_requests, answer.graphql_points, answer.runner_minutes, answer.cost_usd, answer.created_at, answer.started_at, answer.updated_at, answer.finished_at)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT progressive_capture_jobs.id AS id, progressive_capture_jobs.kind AS kind, progressive_capture_jobs.repository AS repository, progressive_capture_jobs.status AS status, progressive_capture_jobs.outcome AS outcome, progressive_capture_jobs.processor AS processor, progressive_capture_jobs.route_reason AS route_reason, progressive_capture_jobs.parameters AS parameters, progressive_capture_jobs.request_key AS request_key, progressive_capture_jobs.priority AS priority, progressive_capture_jobs.parent_id AS parent_id, progressive_capture_jobs.chunk_index AS chunk_index, progressive_capture_jobs.chunk_count AS chunk_count, progressive_capture_jobs.total_items AS total_items, progressive_capture_jobs.processed_items AS processed_items, progressive_capture_jobs.failed_items AS failed_items, progressive_capture_jobs.attempt AS attempt, progressive_capture_jobs.max_attempts AS max_attempts, progressive_capture_jobs.next_attempt_at AS next_attempt_at, progressive_capture_jobs.heartbeat_at AS heartbeat_at, progressive_capture_jobs.claimed_by AS claimed_by, progressive_capture_jobs.resume_at AS resume_at, progressive_capture_jobs.handovers AS handovers, progressive_capture_jobs.error AS error, progressive_capture_jobs.dispatch_nonce AS dispatch_nonce, progressive_capture_jobs.dispatched_at AS dispatched_at, progressive_capture_jobs.workflow_run_id AS workflow_run_id, progressive_capture_jobs.workflow_run_url AS workflow_run_url, progressive_capture_jobs.rest_requests AS rest_requests, progressive_capture_jobs.graphql_points AS graphql_points, progressive_capture_jobs.runner_minutes AS runner_minutes, progressive_capture_jobs.cost_usd AS cost_usd, progressive_capture_jobs.created_at AS created_at, progressive_capture_jobs.started_at AS started_at, progressive_capture_jobs.updated_at AS updated_at, progressive_capture_jobs.finished_at AS finished_at 
FROM progressive_capture_jobs 
WHERE processor = 'actions' AND status IN ('queued', 'running') AND dispatched_at IS NOT NULL ORDER BY progressive_capture_jobs.dispatched_at, progressive_capture_jobs.id 
 LIMIT p_most) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_dispatched_capture_jobs(p_most BIGINT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_dispatched_capture_jobs(p_most BIGINT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_dispatched_capture_jobs(p_most BIGINT) TO service_role;

CREATE OR REPLACE FUNCTION capture_due_capture_jobs(p_at TIMESTAMP WITH TIME ZONE, p_kinds TEXT[], p_processor TEXT, p_most BIGINT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.id, answer.kind, answer.repository, answer.status, answer.outcome, answer.processor, answer.route_reason, answer.parameters, answer.request_key, answer.priority, answer.parent_id, answer.chunk_index, answer.chunk_count, answer.total_items, answer.processed_items, answer.failed_items, answer.attempt, answer.max_attempts, answer.next_attempt_at, answer.heartbeat_at, answer.claimed_by, answer.resume_at, answer.handovers, answer.error, answer.dispatch_nonce, answer.dispatched_at, answer.workflow_run_id, answer.workflow_run_url, answer.rest_requests, answer.graphql_points, answer.runner_minutes, answer.cost_usd, answer.created_at, answer.started_at, answer.updated_at, answer.finished_at)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT progressive_capture_jobs.id AS id, progressive_capture_jobs.kind AS kind, progressive_capture_jobs.repository AS repository, progressive_capture_jobs.status AS status, progressive_capture_jobs.outcome AS outcome, progressive_capture_jobs.processor AS processor, progressive_capture_jobs.route_reason AS route_reason, progressive_capture_jobs.parameters AS parameters, progressive_capture_jobs.request_key AS request_key, progressive_capture_jobs.priority AS priority, progressive_capture_jobs.parent_id AS parent_id, progressive_capture_jobs.chunk_index AS chunk_index, progressive_capture_jobs.chunk_count AS chunk_count, progressive_capture_jobs.total_items AS total_items, progressive_capture_jobs.processed_items AS processed_items, progressive_capture_jobs.failed_items AS failed_items, progressive_capture_jobs.attempt AS attempt, progressive_capture_jobs.max_attempts AS max_attempts, progressive_capture_jobs.next_attempt_at AS next_attempt_at, progressive_capture_jobs.heartbeat_at AS heartbeat_at, progressive_capture_jobs.claimed_by AS claimed_by, progressive_capture_jobs.resume_at AS resume_at, progressive_capture_jobs.handovers AS handovers, progressive_capture_jobs.error AS error, progressive_capture_jobs.dispatch_nonce AS dispatch_nonce, progressive_capture_jobs.dispatched_at AS dispatched_at, progressive_capture_jobs.workflow_run_id AS workflow_run_id, progressive_capture_jobs.workflow_run_url AS workflow_run_url, progressive_capture_jobs.rest_requests AS rest_requests, progressive_capture_jobs.graphql_points AS graphql_points, progressive_capture_jobs.runner_minutes AS runner_minutes, progressive_capture_jobs.cost_usd AS cost_usd, progressive_capture_jobs.created_at AS created_at, progressive_capture_jobs.started_at AS started_at, progressive_capture_jobs.updated_at AS updated_at, progressive_capture_jobs.finished_at AS finished_at 
FROM progressive_capture_jobs 
WHERE status = 'paused' AND (progressive_capture_jobs.resume_at IS NULL OR progressive_capture_jobs.resume_at <= p_at) AND (progressive_capture_jobs.chunk_count IS NULL OR progressive_capture_jobs.parent_id IS NOT NULL) AND (p_kinds IS NULL OR progressive_capture_jobs.kind = ANY (p_kinds)) AND (p_processor IS NULL OR progressive_capture_jobs.processor = p_processor) ORDER BY progressive_capture_jobs.resume_at ASC NULLS FIRST, progressive_capture_jobs.id 
 LIMIT p_most) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_due_capture_jobs(p_at TIMESTAMP WITH TIME ZONE, p_kinds TEXT[], p_processor TEXT, p_most BIGINT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_due_capture_jobs(p_at TIMESTAMP WITH TIME ZONE, p_kinds TEXT[], p_processor TEXT, p_most BIGINT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_due_capture_jobs(p_at TIMESTAMP WITH TIME ZONE, p_kinds TEXT[], p_processor TEXT, p_most BIGINT) TO service_role;

CREATE OR REPLACE FUNCTION capture_end_artifacts(p_ids BIGINT[], p_at TIMESTAMP WITH TIME ZONE) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY INVOKER SET search_path = public, pg_temp
AS $function$
WITH answer AS 
(UPDATE artifacts SET content_status=CASE WHEN content_status IN ('pending', 'failed') THEN 'gone' ELSE artifacts.content_status END, content_reason=CASE WHEN content_status IN ('pending', 'failed') THEN 'deleted on GitHub before it was captured' ELSE artifacts.content_reason END, gone_at=coalesce(artifacts.gone_at, p_at) WHERE artifacts.id = ANY (p_ids) AND artifacts.captured_at <= p_at AND (artifacts.gone_at IS NULL OR content_status IN ('pending', 'failed')) RETURNING artifacts.id)
 SELECT coalesce(jsonb_agg(jsonb_build_array(answer.id)), '[]'::jsonb) AS coalesce_1 
FROM answer
$function$;
COMMENT ON FUNCTION capture_end_artifacts(p_ids BIGINT[], p_at TIMESTAMP WITH TIME ZONE) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_end_artifacts(p_ids BIGINT[], p_at TIMESTAMP WITH TIME ZONE) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_end_artifacts(p_ids BIGINT[], p_at TIMESTAMP WITH TIME ZONE) TO service_role;

CREATE OR REPLACE FUNCTION capture_end_artifacts_later_expired(p_ids BIGINT[], p_at TIMESTAMP WITH TIME ZONE, p_reason TEXT) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY INVOKER SET search_path = public, pg_temp
AS $function$
WITH answer AS 
(UPDATE artifacts SET expired=true, content_status=CASE WHEN (content_status IN ('pending', 'failed') OR artifacts.content_status = 'gone') THEN 'gone' ELSE artifacts.content_status END, content_reason=CASE WHEN ((content_status IN ('pending', 'failed') OR artifacts.content_status = 'gone') AND (artifacts.gone_at IS NULL OR artifacts.gone_at < p_at)) THEN p_reason ELSE artifacts.content_reason END, gone_at=CASE WHEN (artifacts.gone_at IS NULL OR artifacts.gone_at < p_at) THEN p_at ELSE artifacts.gone_at END WHERE artifacts.id = ANY (p_ids) AND (artifacts.gone_at IS NULL OR artifacts.gone_at < p_at OR artifacts.expired IS NOT true) AND NOT (artifacts.captured_at > p_at AND (artifacts.expires_at IS NULL OR artifacts.expires_at > artifacts.captured_at) AND artifacts.expired IS NOT true) RETURNING artifacts.id)
 SELECT coalesce(jsonb_agg(jsonb_build_array(answer.id)), '[]'::jsonb) AS coalesce_1 
FROM answer
$function$;
COMMENT ON FUNCTION capture_end_artifacts_later_expired(p_ids BIGINT[], p_at TIMESTAMP WITH TIME ZONE, p_reason TEXT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_end_artifacts_later_expired(p_ids BIGINT[], p_at TIMESTAMP WITH TIME ZONE, p_reason TEXT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_end_artifacts_later_expired(p_ids BIGINT[], p_at TIMESTAMP WITH TIME ZONE, p_reason TEXT) TO service_role;

CREATE OR REPLACE FUNCTION capture_end_artifacts_later_not_expired(p_ids BIGINT[], p_at TIMESTAMP WITH TIME ZONE, p_reason TEXT) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY INVOKER SET search_path = public, pg_temp
AS $function$
WITH answer AS 
(UPDATE artifacts SET content_status=CASE WHEN (content_status IN ('pending', 'failed') OR artifacts.content_status = 'gone') THEN 'gone' ELSE artifacts.content_status END, content_reason=CASE WHEN ((content_status IN ('pending', 'failed') OR artifacts.content_status = 'gone') AND (artifacts.gone_at IS NULL OR artifacts.gone_at < p_at)) THEN p_reason ELSE artifacts.content_reason END, gone_at=CASE WHEN (artifacts.gone_at IS NULL OR artifacts.gone_at < p_at) THEN p_at ELSE artifacts.gone_at END WHERE artifacts.id = ANY (p_ids) AND (artifacts.gone_at IS NULL OR artifacts.gone_at < p_at) AND NOT (artifacts.captured_at > p_at AND (artifacts.expires_at IS NULL OR artifacts.expires_at > artifacts.captured_at) AND artifacts.expired IS NOT true) RETURNING artifacts.id)
 SELECT coalesce(jsonb_agg(jsonb_build_array(answer.id)), '[]'::jsonb) AS coalesce_1 
FROM answer
$function$;
COMMENT ON FUNCTION capture_end_artifacts_later_not_expired(p_ids BIGINT[], p_at TIMESTAMP WITH TIME ZONE, p_reason TEXT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_end_artifacts_later_not_expired(p_ids BIGINT[], p_at TIMESTAMP WITH TIME ZONE, p_reason TEXT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_end_artifacts_later_not_expired(p_ids BIGINT[], p_at TIMESTAMP WITH TIME ZONE, p_reason TEXT) TO service_role;

CREATE OR REPLACE FUNCTION capture_end_items_of_pulls_issue_comments(p_ids BIGINT[], p_at TIMESTAMP WITH TIME ZONE) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY INVOKER SET search_path = public, pg_temp
AS $function$
WITH answer AS 
(UPDATE issue_comments SET gone_at=p_at WHERE issue_comments.id = ANY (p_ids) AND issue_comments.gone_at IS NULL AND issue_comments.captured_at <= p_at RETURNING issue_comments.id)
 SELECT coalesce(jsonb_agg(jsonb_build_array(answer.id)), '[]'::jsonb) AS coalesce_1 
FROM answer
$function$;
COMMENT ON FUNCTION capture_end_items_of_pulls_issue_comments(p_ids BIGINT[], p_at TIMESTAMP WITH TIME ZONE) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_end_items_of_pulls_issue_comments(p_ids BIGINT[], p_at TIMESTAMP WITH TIME ZONE) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_end_items_of_pulls_issue_comments(p_ids BIGINT[], p_at TIMESTAMP WITH TIME ZONE) TO service_role;

CREATE OR REPLACE FUNCTION capture_end_items_of_pulls_review_comments(p_ids BIGINT[], p_at TIMESTAMP WITH TIME ZONE) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY INVOKER SET search_path = public, pg_temp
AS $function$
WITH answer AS 
(UPDATE review_comments SET gone_at=p_at WHERE review_comments.id = ANY (p_ids) AND review_comments.gone_at IS NULL AND review_comments.captured_at <= p_at RETURNING review_comments.id)
 SELECT coalesce(jsonb_agg(jsonb_build_array(answer.id)), '[]'::jsonb) AS coalesce_1 
FROM answer
$function$;
COMMENT ON FUNCTION capture_end_items_of_pulls_review_comments(p_ids BIGINT[], p_at TIMESTAMP WITH TIME ZONE) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_end_items_of_pulls_review_comments(p_ids BIGINT[], p_at TIMESTAMP WITH TIME ZONE) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_end_items_of_pulls_review_comments(p_ids BIGINT[], p_at TIMESTAMP WITH TIME ZONE) TO service_role;

CREATE OR REPLACE FUNCTION capture_end_items_of_pulls_reviews(p_ids BIGINT[], p_at TIMESTAMP WITH TIME ZONE) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY INVOKER SET search_path = public, pg_temp
AS $function$
WITH answer AS 
(UPDATE reviews SET gone_at=p_at WHERE reviews.id = ANY (p_ids) AND reviews.gone_at IS NULL AND reviews.captured_at <= p_at RETURNING reviews.id)
 SELECT coalesce(jsonb_agg(jsonb_build_array(answer.id)), '[]'::jsonb) AS coalesce_1 
FROM answer
$function$;
COMMENT ON FUNCTION capture_end_items_of_pulls_reviews(p_ids BIGINT[], p_at TIMESTAMP WITH TIME ZONE) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_end_items_of_pulls_reviews(p_ids BIGINT[], p_at TIMESTAMP WITH TIME ZONE) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_end_items_of_pulls_reviews(p_ids BIGINT[], p_at TIMESTAMP WITH TIME ZONE) TO service_role;

CREATE OR REPLACE FUNCTION capture_end_rows_later_issue_comments(p_ids BIGINT[], p_at TIMESTAMP WITH TIME ZONE) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY INVOKER SET search_path = public, pg_temp
AS $function$
WITH changed AS 
(UPDATE issue_comments SET gone_at=p_at WHERE issue_comments.id = ANY (p_ids) AND (issue_comments.gone_at IS NULL OR issue_comments.gone_at < p_at) AND issue_comments.captured_at <= p_at RETURNING 1 AS one)
 SELECT jsonb_build_array(jsonb_build_array(count(*))) AS jsonb_build_array_1 
FROM changed
$function$;
COMMENT ON FUNCTION capture_end_rows_later_issue_comments(p_ids BIGINT[], p_at TIMESTAMP WITH TIME ZONE) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_end_rows_later_issue_comments(p_ids BIGINT[], p_at TIMESTAMP WITH TIME ZONE) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_end_rows_later_issue_comments(p_ids BIGINT[], p_at TIMESTAMP WITH TIME ZONE) TO service_role;

CREATE OR REPLACE FUNCTION capture_end_rows_later_pull_requests(p_ids BIGINT[], p_at TIMESTAMP WITH TIME ZONE) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY INVOKER SET search_path = public, pg_temp
AS $function$
WITH changed AS 
(UPDATE pull_requests SET gone_at=p_at WHERE pull_requests.id = ANY (p_ids) AND (pull_requests.gone_at IS NULL OR pull_requests.gone_at < p_at) AND pull_requests.captured_at <= p_at RETURNING 1 AS one)
 SELECT jsonb_build_array(jsonb_build_array(count(*))) AS jsonb_build_array_1 
FROM changed
$function$;
COMMENT ON FUNCTION capture_end_rows_later_pull_requests(p_ids BIGINT[], p_at TIMESTAMP WITH TIME ZONE) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_end_rows_later_pull_requests(p_ids BIGINT[], p_at TIMESTAMP WITH TIME ZONE) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_end_rows_later_pull_requests(p_ids BIGINT[], p_at TIMESTAMP WITH TIME ZONE) TO service_role;

CREATE OR REPLACE FUNCTION capture_end_rows_later_review_comments(p_ids BIGINT[], p_at TIMESTAMP WITH TIME ZONE) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY INVOKER SET search_path = public, pg_temp
AS $function$
WITH changed AS 
(UPDATE review_comments SET gone_at=p_at WHERE review_comments.id = ANY (p_ids) AND (review_comments.gone_at IS NULL OR review_comments.gone_at < p_at) AND review_comments.captured_at <= p_at RETURNING 1 AS one)
 SELECT jsonb_build_array(jsonb_build_array(count(*))) AS jsonb_build_array_1 
FROM changed
$function$;
COMMENT ON FUNCTION capture_end_rows_later_review_comments(p_ids BIGINT[], p_at TIMESTAMP WITH TIME ZONE) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_end_rows_later_review_comments(p_ids BIGINT[], p_at TIMESTAMP WITH TIME ZONE) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_end_rows_later_review_comments(p_ids BIGINT[], p_at TIMESTAMP WITH TIME ZONE) TO service_role;

CREATE OR REPLACE FUNCTION capture_end_rows_later_reviews(p_ids BIGINT[], p_at TIMESTAMP WITH TIME ZONE) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY INVOKER SET search_path = public, pg_temp
AS $function$
WITH changed AS 
(UPDATE reviews SET gone_at=p_at WHERE reviews.id = ANY (p_ids) AND (reviews.gone_at IS NULL OR reviews.gone_at < p_at) AND reviews.captured_at <= p_at RETURNING 1 AS one)
 SELECT jsonb_build_array(jsonb_build_array(count(*))) AS jsonb_build_array_1 
FROM changed
$function$;
COMMENT ON FUNCTION capture_end_rows_later_reviews(p_ids BIGINT[], p_at TIMESTAMP WITH TIME ZONE) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_end_rows_later_reviews(p_ids BIGINT[], p_at TIMESTAMP WITH TIME ZONE) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_end_rows_later_reviews(p_ids BIGINT[], p_at TIMESTAMP WITH TIME ZONE) TO service_role;

CREATE OR REPLACE FUNCTION capture_end_rows_later_workflow_runs(p_ids BIGINT[], p_at TIMESTAMP WITH TIME ZONE) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY INVOKER SET search_path = public, pg_temp
AS $function$
WITH changed AS 
(UPDATE workflow_runs SET gone_at=p_at WHERE workflow_runs.id = ANY (p_ids) AND (workflow_runs.gone_at IS NULL OR workflow_runs.gone_at < p_at) AND workflow_runs.captured_at <= p_at RETURNING 1 AS one)
 SELECT jsonb_build_array(jsonb_build_array(count(*))) AS jsonb_build_array_1 
FROM changed
$function$;
COMMENT ON FUNCTION capture_end_rows_later_workflow_runs(p_ids BIGINT[], p_at TIMESTAMP WITH TIME ZONE) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_end_rows_later_workflow_runs(p_ids BIGINT[], p_at TIMESTAMP WITH TIME ZONE) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_end_rows_later_workflow_runs(p_ids BIGINT[], p_at TIMESTAMP WITH TIME ZONE) TO service_role;

CREATE OR REPLACE FUNCTION capture_end_runs(p_ids BIGINT[], p_at TIMESTAMP WITH TIME ZONE) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY INVOKER SET search_path = public, pg_temp
AS $function$
WITH changed AS 
(UPDATE workflow_runs SET gone_at=p_at WHERE workflow_runs.id = ANY (p_ids) AND workflow_runs.gone_at IS NULL AND workflow_runs.captured_at <= p_at RETURNING 1 AS one)
 SELECT jsonb_build_array(jsonb_build_array(count(*))) AS jsonb_build_array_1 
FROM changed
$function$;
COMMENT ON FUNCTION capture_end_runs(p_ids BIGINT[], p_at TIMESTAMP WITH TIME ZONE) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_end_runs(p_ids BIGINT[], p_at TIMESTAMP WITH TIME ZONE) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_end_runs(p_ids BIGINT[], p_at TIMESTAMP WITH TIME ZONE) TO service_role;

CREATE OR REPLACE FUNCTION capture_end_waiting_of_failures(p_repository_id BIGINT, p_at TIMESTAMP WITH TIME ZONE) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY INVOKER SET search_path = public, pg_temp
AS $function$
WITH changed AS 
(UPDATE capture_failures SET next_attempt_at=p_at WHERE capture_failures.repository_id = p_repository_id AND capture_failures.resolved_at IS NULL AND capture_failures.next_attempt_at > p_at RETURNING 1 AS one)
 SELECT jsonb_build_array(jsonb_build_array(count(*))) AS jsonb_build_array_1 
FROM changed
$function$;
COMMENT ON FUNCTION capture_end_waiting_of_failures(p_repository_id BIGINT, p_at TIMESTAMP WITH TIME ZONE) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_end_waiting_of_failures(p_repository_id BIGINT, p_at TIMESTAMP WITH TIME ZONE) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_end_waiting_of_failures(p_repository_id BIGINT, p_at TIMESTAMP WITH TIME ZONE) TO service_role;

CREATE OR REPLACE FUNCTION capture_equal_capture_job(p_job_id TEXT, p_request_key TEXT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.id, answer.kind, answer.repository, answer.status, answer.outcome, answer.processor, answer.route_reason, answer.parameters, answer.request_key, answer.priority, answer.parent_id, answer.chunk_index, answer.chunk_count, answer.total_items, answer.processed_items, answer.failed_items, answer.attempt, answer.max_attempts, answer.next_attempt_at, answer.heartbeat_at, answer.claimed_by, answer.resume_at, answer.handovers, answer.error, answer.dispatch_nonce, answer.dispatched_at, answer.workflow_run_id, answer.workflow_run_url, answer.rest_requests, answer.graphql_points, answer.runner_minutes, answer.cost_usd, answer.created_at, answer.started_at, answer.updated_at, answer.finished_at)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT progressive_capture_jobs.id AS id, progressive_capture_jobs.kind AS kind, progressive_capture_jobs.repository AS repository, progressive_capture_jobs.status AS status, progressive_capture_jobs.outcome AS outcome, progressive_capture_jobs.processor AS processor, progressive_capture_jobs.route_reason AS route_reason, progressive_capture_jobs.parameters AS parameters, progressive_capture_jobs.request_key AS request_key, progressive_capture_jobs.priority AS priority, progressive_capture_jobs.parent_id AS parent_id, progressive_capture_jobs.chunk_index AS chunk_index, progressive_capture_jobs.chunk_count AS chunk_count, progressive_capture_jobs.total_items AS total_items, progressive_capture_jobs.processed_items AS processed_items, progressive_capture_jobs.failed_items AS failed_items, progressive_capture_jobs.attempt AS attempt, progressive_capture_jobs.max_attempts AS max_attempts, progressive_capture_jobs.next_attempt_at AS next_attempt_at, progressive_capture_jobs.heartbeat_at AS heartbeat_at, progressive_capture_jobs.claimed_by AS claimed_by, progressive_capture_jobs.resume_at AS resume_at, progressive_capture_jobs.handovers AS handovers, progressive_capture_jobs.error AS error, progressive_capture_jobs.dispatch_nonce AS dispatch_nonce, progressive_capture_jobs.dispatched_at AS dispatched_at, progressive_capture_jobs.workflow_run_id AS workflow_run_id, progressive_capture_jobs.workflow_run_url AS workflow_run_url, progressive_capture_jobs.rest_requests AS rest_requests, progressive_capture_jobs.graphql_points AS graphql_points, progressive_capture_jobs.runner_minutes AS runner_minutes, progressive_capture_jobs.cost_usd AS cost_usd, progressive_capture_jobs.created_at AS created_at, progressive_capture_jobs.started_at AS started_at, progressive_capture_jobs.updated_at AS updated_at, progressive_capture_jobs.finished_at AS finished_at 
FROM progressive_capture_jobs 
WHERE progressive_capture_jobs.id = p_job_id OR progressive_capture_jobs.request_key = p_request_key AND request_key <> '' AND status IN ('queued', 'paused', 'running') ORDER BY CASE WHEN (progressive_capture_jobs.id = p_job_id) THEN 0 ELSE 1 END 
 LIMIT 1) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_equal_capture_job(p_job_id TEXT, p_request_key TEXT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_equal_capture_job(p_job_id TEXT, p_request_key TEXT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_equal_capture_job(p_job_id TEXT, p_request_key TEXT) TO service_role;

CREATE OR REPLACE FUNCTION capture_expire_artifacts(p_repository_id BIGINT, p_at TIMESTAMP WITH TIME ZONE) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY INVOKER SET search_path = public, pg_temp
AS $function$
WITH answer AS 
(UPDATE artifacts SET expired=true, content_status=CASE WHEN content_status IN ('pending', 'failed') THEN 'gone' ELSE artifacts.content_status END, content_reason=CASE WHEN content_status IN ('pending', 'failed') THEN 'expired before it was captured' ELSE artifacts.content_reason END, gone_at=coalesce(artifacts.gone_at, p_at) WHERE artifacts.repository_id = p_repository_id AND artifacts.expires_at <= p_at AND NOT (gone_at IS NOT NULL AND expired IS TRUE AND content_status NOT IN ('pending', 'failed')) RETURNING artifacts.id)
 SELECT coalesce(jsonb_agg(jsonb_build_array(answer.id)), '[]'::jsonb) AS coalesce_1 
FROM answer
$function$;
COMMENT ON FUNCTION capture_expire_artifacts(p_repository_id BIGINT, p_at TIMESTAMP WITH TIME ZONE) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_expire_artifacts(p_repository_id BIGINT, p_at TIMESTAMP WITH TIME ZONE) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_expire_artifacts(p_repository_id BIGINT, p_at TIMESTAMP WITH TIME ZONE) TO service_role;

CREATE OR REPLACE FUNCTION capture_failures_of_items(p_items JSONB) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.kind, answer.repository_id, answer.item_key, answer.attempts, answer.resolved_at)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT capture_failures.kind AS kind, capture_failures.repository_id AS repository_id, capture_failures.item_key AS item_key, capture_failures.attempts AS attempts, capture_failures.resolved_at AS resolved_at 
FROM capture_failures 
WHERE (capture_failures.kind, capture_failures.repository_id, capture_failures.item_key) IN (SELECT given_items.kind, given_items.repository_id, given_items.item_key 
FROM jsonb_to_recordset(p_items) AS given_items(kind TEXT, repository_id BIGINT, item_key TEXT))) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_failures_of_items(p_items JSONB) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_failures_of_items(p_items JSONB) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_failures_of_items(p_items JSONB) TO service_role;

CREATE OR REPLACE FUNCTION capture_finished_attempts(p_run_ids BIGINT[]) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.run_id, answer.run_attempt)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT workflow_run_attempts.run_id AS run_id, workflow_run_attempts.run_attempt AS run_attempt 
FROM workflow_run_attempts 
WHERE workflow_run_attempts.run_id = ANY (p_run_ids) AND workflow_run_attempts.status = 'completed') AS answer
); END
$function$;
COMMENT ON FUNCTION capture_finished_attempts(p_run_ids BIGINT[]) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_finished_attempts(p_run_ids BIGINT[]) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_finished_attempts(p_run_ids BIGINT[]) TO service_role;

CREATE OR REPLACE FUNCTION capture_give_files_a_reason(p_files JSONB, p_reason TEXT) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY INVOKER SET search_path = public, pg_temp
AS $function$
WITH changed AS 
(UPDATE artifact_files SET reason=p_reason WHERE (artifact_files.artifact_id, artifact_files.position) IN (SELECT given_files.artifact_id, given_files.position 
FROM jsonb_to_recordset(p_files) AS given_files(artifact_id BIGINT, position BIGINT)) RETURNING 1 AS one)
 SELECT jsonb_build_array(jsonb_build_array(count(*))) AS jsonb_build_array_1 
FROM changed
$function$;
COMMENT ON FUNCTION capture_give_files_a_reason(p_files JSONB, p_reason TEXT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_give_files_a_reason(p_files JSONB, p_reason TEXT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_give_files_a_reason(p_files JSONB, p_reason TEXT) TO service_role;

CREATE OR REPLACE FUNCTION capture_give_up_artifacts(p_artifact_ids BIGINT[], p_reason TEXT) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY INVOKER SET search_path = public, pg_temp
AS $function$
WITH changed AS 
(UPDATE artifacts SET content_status='removed', content_reason=p_reason WHERE artifacts.id = ANY (p_artifact_ids) AND artifacts.content_status IN ('stored', 'skipped') AND NOT (EXISTS (SELECT * 
FROM artifact_files 
WHERE artifact_files.artifact_id = artifacts.id AND artifact_files.status = 'stored')) RETURNING 1 AS one)
 SELECT jsonb_build_array(jsonb_build_array(count(*))) AS jsonb_build_array_1 
FROM changed
$function$;
COMMENT ON FUNCTION capture_give_up_artifacts(p_artifact_ids BIGINT[], p_reason TEXT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_give_up_artifacts(p_artifact_ids BIGINT[], p_reason TEXT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_give_up_artifacts(p_artifact_ids BIGINT[], p_reason TEXT) TO service_role;

CREATE OR REPLACE FUNCTION capture_give_up_files(p_artifact_ids BIGINT[]) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY INVOKER SET search_path = public, pg_temp
AS $function$
WITH changed AS 
(UPDATE artifact_files SET storage_key=NULL, status='removed' WHERE artifact_files.artifact_id = ANY (p_artifact_ids) AND artifact_files.status = 'stored' AND (EXISTS (SELECT * 
FROM artifacts 
WHERE artifacts.id = artifact_files.artifact_id AND artifacts.content_status IN ('stored', 'skipped'))) RETURNING 1 AS one)
 SELECT jsonb_build_array(jsonb_build_array(count(*))) AS jsonb_build_array_1 
FROM changed
$function$;
COMMENT ON FUNCTION capture_give_up_files(p_artifact_ids BIGINT[]) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_give_up_files(p_artifact_ids BIGINT[]) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_give_up_files(p_artifact_ids BIGINT[]) TO service_role;

CREATE OR REPLACE FUNCTION capture_gone_runs(p_run_ids BIGINT[]) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.id)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT workflow_runs.id AS id 
FROM workflow_runs 
WHERE workflow_runs.id = ANY (p_run_ids) AND workflow_runs.gone_at IS NOT NULL) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_gone_runs(p_run_ids BIGINT[]) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_gone_runs(p_run_ids BIGINT[]) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_gone_runs(p_run_ids BIGINT[]) TO service_role;

CREATE OR REPLACE FUNCTION capture_held_capture_job(p_id TEXT, p_claimed_by TEXT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.id)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT progressive_capture_jobs.id AS id 
FROM progressive_capture_jobs 
WHERE progressive_capture_jobs.id = p_id AND progressive_capture_jobs.claimed_by IS NOT DISTINCT FROM p_claimed_by AND progressive_capture_jobs.status = 'running') AS answer
); END
$function$;
COMMENT ON FUNCTION capture_held_capture_job(p_id TEXT, p_claimed_by TEXT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_held_capture_job(p_id TEXT, p_claimed_by TEXT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_held_capture_job(p_id TEXT, p_claimed_by TEXT) TO service_role;

CREATE OR REPLACE FUNCTION capture_ids_of_artifacts_to_download(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT, p_after BIGINT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.id)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT artifacts.id AS id 
FROM artifacts 
WHERE artifacts.repository_id = p_repository_id AND (p_created_from IS NULL OR artifacts.created_at >= p_created_from) AND (p_created_to IS NULL OR artifacts.created_at <= p_created_to) AND (p_first_id IS NULL OR artifacts.id >= p_first_id) AND (p_last_id IS NULL OR artifacts.id <= p_last_id) AND content_status IN ('pending', 'failed') AND artifacts.gone_at IS NULL AND (p_after IS NULL OR artifacts.id > p_after) ORDER BY artifacts.id 
 LIMIT 5000) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_ids_of_artifacts_to_download(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT, p_after BIGINT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_ids_of_artifacts_to_download(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT, p_after BIGINT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_ids_of_artifacts_to_download(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT, p_after BIGINT) TO service_role;

CREATE OR REPLACE FUNCTION capture_ids_of_jobs_of_runs(p_run_ids BIGINT[]) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.run_id, answer.id, answer.source, answer.captured_at)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT workflow_jobs.run_id AS run_id, workflow_jobs.id AS id, workflow_jobs.source AS source, workflow_jobs.captured_at AS captured_at 
FROM workflow_jobs 
WHERE workflow_jobs.run_id = ANY (p_run_ids)) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_ids_of_jobs_of_runs(p_run_ids BIGINT[]) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_ids_of_jobs_of_runs(p_run_ids BIGINT[]) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_ids_of_jobs_of_runs(p_run_ids BIGINT[]) TO service_role;

CREATE OR REPLACE FUNCTION capture_ids_to_detail_full(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT, p_after BIGINT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.run_id)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT anon_1.run_id AS run_id 
FROM (SELECT anon_2.run_id AS run_id 
FROM (SELECT workflow_runs.id AS run_id 
FROM workflow_runs LEFT OUTER JOIN workflow_job_coverage ON workflow_job_coverage.run_id = workflow_runs.id 
WHERE workflow_runs.repository_id = p_repository_id AND workflow_runs.gone_at IS NULL AND (p_created_from IS NULL OR workflow_runs.created_at >= p_created_from) AND (p_created_to IS NULL OR workflow_runs.created_at <= p_created_to) AND (p_first_id IS NULL OR workflow_runs.id >= p_first_id) AND (p_last_id IS NULL OR workflow_runs.id <= p_last_id) AND (workflow_job_coverage.run_id IS NULL OR workflow_job_coverage.run_attempt IS DISTINCT FROM workflow_runs.run_attempt OR workflow_job_coverage.run_updated_at IS DISTINCT FROM workflow_runs.updated_at OR workflow_job_coverage.run_status IS DISTINCT FROM workflow_runs.status OR workflow_job_coverage.depth != 'full' OR (EXISTS (SELECT * 
FROM workflow_jobs 
WHERE workflow_jobs.run_id = workflow_runs.id AND workflow_jobs.conclusion IS DISTINCT FROM 'skipped' AND (workflow_jobs.steps IS NULL AND workflow_jobs.status IN ('in_progress', 'completed') OR workflow_jobs.source = 'graphql' AND workflow_jobs.steps = '[]'::jsonb AND workflow_jobs.status = 'completed' AND workflow_jobs.conclusion IS DISTINCT FROM 'cancelled')))) AND (p_after IS NULL OR workflow_runs.id > p_after) ORDER BY workflow_runs.id 
 LIMIT 5000) AS anon_2 UNION SELECT anon_3.run_id AS run_id 
FROM (SELECT DISTINCT workflow_jobs.run_id AS run_id 
FROM workflow_jobs LEFT OUTER JOIN workflow_runs ON workflow_runs.id = workflow_jobs.run_id 
WHERE workflow_jobs.repository_id = p_repository_id AND workflow_jobs.steps IS NULL AND workflow_jobs.node_id IS NOT NULL AND workflow_jobs.status IN ('in_progress', 'completed') AND workflow_jobs.conclusion IS DISTINCT FROM 'skipped' AND workflow_runs.gone_at IS NULL AND (p_created_from IS NULL OR workflow_runs.created_at >= p_created_from) AND (p_created_to IS NULL OR workflow_runs.created_at <= p_created_to) AND (p_first_id IS NULL OR workflow_jobs.run_id >= p_first_id) AND (p_last_id IS NULL OR workflow_jobs.run_id <= p_last_id) AND (p_after IS NULL OR workflow_jobs.run_id > p_after) ORDER BY workflow_jobs.run_id 
 LIMIT 5000) AS anon_3) AS anon_1 ORDER BY anon_1.run_id 
 LIMIT 5000) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_ids_to_detail_full(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT, p_after BIGINT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_ids_to_detail_full(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT, p_after BIGINT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_ids_to_detail_full(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT, p_after BIGINT) TO service_role;

CREATE OR REPLACE FUNCTION capture_ids_to_detail_jobs(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT, p_after BIGINT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.run_id)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT anon_1.run_id AS run_id 
FROM (SELECT anon_2.run_id AS run_id 
FROM (SELECT workflow_runs.id AS run_id 
FROM workflow_runs LEFT OUTER JOIN workflow_job_coverage ON workflow_job_coverage.run_id = workflow_runs.id 
WHERE workflow_runs.repository_id = p_repository_id AND workflow_runs.gone_at IS NULL AND (p_created_from IS NULL OR workflow_runs.created_at >= p_created_from) AND (p_created_to IS NULL OR workflow_runs.created_at <= p_created_to) AND (p_first_id IS NULL OR workflow_runs.id >= p_first_id) AND (p_last_id IS NULL OR workflow_runs.id <= p_last_id) AND (workflow_job_coverage.run_id IS NULL OR workflow_job_coverage.run_attempt IS DISTINCT FROM workflow_runs.run_attempt OR workflow_job_coverage.run_updated_at IS DISTINCT FROM workflow_runs.updated_at OR workflow_job_coverage.run_status IS DISTINCT FROM workflow_runs.status OR false) AND (p_after IS NULL OR workflow_runs.id > p_after) ORDER BY workflow_runs.id 
 LIMIT 5000) AS anon_2) AS anon_1 ORDER BY anon_1.run_id 
 LIMIT 5000) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_ids_to_detail_jobs(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT, p_after BIGINT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_ids_to_detail_jobs(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT, p_after BIGINT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_ids_to_detail_jobs(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT, p_after BIGINT) TO service_role;

CREATE OR REPLACE FUNCTION capture_ids_to_detail_steps(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT, p_after BIGINT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.run_id)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT anon_1.run_id AS run_id 
FROM (SELECT anon_2.run_id AS run_id 
FROM (SELECT workflow_runs.id AS run_id 
FROM workflow_runs LEFT OUTER JOIN workflow_job_coverage ON workflow_job_coverage.run_id = workflow_runs.id 
WHERE workflow_runs.repository_id = p_repository_id AND workflow_runs.gone_at IS NULL AND (p_created_from IS NULL OR workflow_runs.created_at >= p_created_from) AND (p_created_to IS NULL OR workflow_runs.created_at <= p_created_to) AND (p_first_id IS NULL OR workflow_runs.id >= p_first_id) AND (p_last_id IS NULL OR workflow_runs.id <= p_last_id) AND (workflow_job_coverage.run_id IS NULL OR workflow_job_coverage.run_attempt IS DISTINCT FROM workflow_runs.run_attempt OR workflow_job_coverage.run_updated_at IS DISTINCT FROM workflow_runs.updated_at OR workflow_job_coverage.run_status IS DISTINCT FROM workflow_runs.status OR workflow_job_coverage.depth != 'full' AND coalesce(workflow_runs.run_attempt, 1) > 1 OR (EXISTS (SELECT * 
FROM workflow_jobs 
WHERE workflow_jobs.run_id = workflow_runs.id AND workflow_jobs.conclusion IS DISTINCT FROM 'skipped' AND (workflow_jobs.steps IS NULL AND workflow_jobs.status IN ('in_progress', 'completed') OR workflow_jobs.source = 'graphql' AND workflow_jobs.steps = '[]'::jsonb AND workflow_jobs.status = 'completed' AND workflow_jobs.conclusion IS DISTINCT FROM 'cancelled')))) AND (p_after IS NULL OR workflow_runs.id > p_after) ORDER BY workflow_runs.id 
 LIMIT 5000) AS anon_2 UNION SELECT anon_3.run_id AS run_id 
FROM (SELECT DISTINCT workflow_jobs.run_id AS run_id 
FROM workflow_jobs LEFT OUTER JOIN workflow_runs ON workflow_runs.id = workflow_jobs.run_id 
WHERE workflow_jobs.repository_id = p_repository_id AND workflow_jobs.steps IS NULL AND workflow_jobs.node_id IS NOT NULL AND workflow_jobs.status IN ('in_progress', 'completed') AND workflow_jobs.conclusion IS DISTINCT FROM 'skipped' AND workflow_runs.gone_at IS NULL AND (p_created_from IS NULL OR workflow_runs.created_at >= p_created_from) AND (p_created_to IS NULL OR workflow_runs.created_at <= p_created_to) AND (p_first_id IS NULL OR workflow_jobs.run_id >= p_first_id) AND (p_last_id IS NULL OR workflow_jobs.run_id <= p_last_id) AND (p_after IS NULL OR workflow_jobs.run_id > p_after) ORDER BY workflow_jobs.run_id 
 LIMIT 5000) AS anon_3) AS anon_1 ORDER BY anon_1.run_id 
 LIMIT 5000) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_ids_to_detail_steps(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT, p_after BIGINT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_ids_to_detail_steps(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT, p_after BIGINT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_ids_to_detail_steps(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT, p_after BIGINT) TO service_role;

CREATE OR REPLACE FUNCTION capture_insert_capture_job(p_id TEXT, p_kind TEXT, p_repository TEXT, p_status TEXT, p_outcome TEXT, p_processor TEXT, p_route_reason TEXT, p_parameters JSONB, p_request_key TEXT, p_priority BIGINT, p_parent_id TEXT, p_chunk_index BIGINT, p_chunk_count BIGINT, p_total_items BIGINT, p_processed_items BIGINT, p_failed_items BIGINT, p_attempt BIGINT, p_max_attempts BIGINT, p_next_attempt_at TIMESTAMP WITH TIME ZONE, p_heartbeat_at TIMESTAMP WITH TIME ZONE, p_claimed_by TEXT, p_resume_at TIMESTAMP WITH TIME ZONE, p_handovers BIGINT, p_error TEXT, p_dispatch_nonce TEXT, p_dispatched_at TIMESTAMP WITH TIME ZONE, p_workflow_run_id BIGINT, p_workflow_run_url TEXT, p_rest_requests BIGINT, p_graphql_points BIGINT, p_runner_minutes DOUBLE PRECISION, p_cost_usd DOUBLE PRECISION, p_created_at TIMESTAMP WITH TIME ZONE, p_started_at TIMESTAMP WITH TIME ZONE, p_updated_at TIMESTAMP WITH TIME ZONE, p_finished_at TIMESTAMP WITH TIME ZONE) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY INVOKER SET search_path = public, pg_temp
AS $function$
WITH changed AS 
(INSERT INTO progressive_capture_jobs (id, kind, repository, status, outcome, processor, route_reason, parameters, request_key, priority, parent_id, chunk_index, chunk_count, total_items, processed_items, failed_items, attempt, max_attempts, next_attempt_at, heartbeat_at, claimed_by, resume_at, handovers, error, dispatch_nonce, dispatched_at, workflow_run_id, workflow_run_url, rest_requests, graphql_points, runner_minutes, cost_usd, created_at, started_at, updated_at, finished_at) VALUES (p_id, p_kind, p_repository, p_status, p_outcome, p_processor, p_route_reason, p_parameters, p_request_key, p_priority, p_parent_id, p_chunk_index, p_chunk_count, p_total_items, p_processed_items, p_failed_items, p_attempt, p_max_attempts, p_next_attempt_at, p_heartbeat_at, p_claimed_by, p_resume_at, p_handovers, p_error, p_dispatch_nonce, p_dispatched_at, p_workflow_run_id, p_workflow_run_url, p_rest_requests, p_graphql_points, p_runner_minutes, p_cost_usd, p_created_at, p_started_at, p_updated_at, p_finished_at) ON CONFLICT DO NOTHING RETURNING 1 AS one)
 SELECT jsonb_build_array(jsonb_build_array(count(*))) AS jsonb_build_array_1 
FROM changed
$function$;
COMMENT ON FUNCTION capture_insert_capture_job(p_id TEXT, p_kind TEXT, p_repository TEXT, p_status TEXT, p_outcome TEXT, p_processor TEXT, p_route_reason TEXT, p_parameters JSONB, p_request_key TEXT, p_priority BIGINT, p_parent_id TEXT, p_chunk_index BIGINT, p_chunk_count BIGINT, p_total_items BIGINT, p_processed_items BIGINT, p_failed_items BIGINT, p_attempt BIGINT, p_max_attempts BIGINT, p_next_attempt_at TIMESTAMP WITH TIME ZONE, p_heartbeat_at TIMESTAMP WITH TIME ZONE, p_claimed_by TEXT, p_resume_at TIMESTAMP WITH TIME ZONE, p_handovers BIGINT, p_error TEXT, p_dispatch_nonce TEXT, p_dispatched_at TIMESTAMP WITH TIME ZONE, p_workflow_run_id BIGINT, p_workflow_run_url TEXT, p_rest_requests BIGINT, p_graphql_points BIGINT, p_runner_minutes DOUBLE PRECISION, p_cost_usd DOUBLE PRECISION, p_created_at TIMESTAMP WITH TIME ZONE, p_started_at TIMESTAMP WITH TIME ZONE, p_updated_at TIMESTAMP WITH TIME ZONE, p_finished_at TIMESTAMP WITH TIME ZONE) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_insert_capture_job(p_id TEXT, p_kind TEXT, p_repository TEXT, p_status TEXT, p_outcome TEXT, p_processor TEXT, p_route_reason TEXT, p_parameters JSONB, p_request_key TEXT, p_priority BIGINT, p_parent_id TEXT, p_chunk_index BIGINT, p_chunk_count BIGINT, p_total_items BIGINT, p_processed_items BIGINT, p_failed_items BIGINT, p_attempt BIGINT, p_max_attempts BIGINT, p_next_attempt_at TIMESTAMP WITH TIME ZONE, p_heartbeat_at TIMESTAMP WITH TIME ZONE, p_claimed_by TEXT, p_resume_at TIMESTAMP WITH TIME ZONE, p_handovers BIGINT, p_error TEXT, p_dispatch_nonce TEXT, p_dispatched_at TIMESTAMP WITH TIME ZONE, p_workflow_run_id BIGINT, p_workflow_run_url TEXT, p_rest_requests BIGINT, p_graphql_points BIGINT, p_runner_minutes DOUBLE PRECISION, p_cost_usd DOUBLE PRECISION, p_created_at TIMESTAMP WITH TIME ZONE, p_started_at TIMESTAMP WITH TIME ZONE, p_updated_at TIMESTAMP WITH TIME ZONE, p_finished_at TIMESTAMP WITH TIME ZONE) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_insert_capture_job(p_id TEXT, p_kind TEXT, p_repository TEXT, p_status TEXT, p_outcome TEXT, p_processor TEXT, p_route_reason TEXT, p_parameters JSONB, p_request_key TEXT, p_priority BIGINT, p_parent_id TEXT, p_chunk_index BIGINT, p_chunk_count BIGINT, p_total_items BIGINT, p_processed_items BIGINT, p_failed_items BIGINT, p_attempt BIGINT, p_max_attempts BIGINT, p_next_attempt_at TIMESTAMP WITH TIME ZONE, p_heartbeat_at TIMESTAMP WITH TIME ZONE, p_claimed_by TEXT, p_resume_at TIMESTAMP WITH TIME ZONE, p_handovers BIGINT, p_error TEXT, p_dispatch_nonce TEXT, p_dispatched_at TIMESTAMP WITH TIME ZONE, p_workflow_run_id BIGINT, p_workflow_run_url TEXT, p_rest_requests BIGINT, p_graphql_points BIGINT, p_runner_minutes DOUBLE PRECISION, p_cost_usd DOUBLE PRECISION, p_created_at TIMESTAMP WITH TIME ZONE, p_started_at TIMESTAMP WITH TIME ZONE, p_updated_at TIMESTAMP WITH TIME ZONE, p_finished_at TIMESTAMP WITH TIME ZONE) TO service_role;

CREATE OR REPLACE FUNCTION capture_insert_capture_jobs(p_jobs JSONB) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY INVOKER SET search_path = public, pg_temp
AS $function$
WITH changed AS 
(INSERT INTO progressive_capture_jobs (id, kind, repository, status, outcome, processor, route_reason, parameters, request_key, priority, parent_id, chunk_index, chunk_count, total_items, processed_items, failed_items, attempt, max_attempts, next_attempt_at, heartbeat_at, claimed_by, resume_at, handovers, error, dispatch_nonce, dispatched_at, workflow_run_id, workflow_run_url, rest_requests, graphql_points, runner_minutes, cost_usd, created_at, started_at, updated_at, finished_at) SELECT given_jobs.id AS id, given_jobs.kind AS kind, given_jobs.repository AS repository, given_jobs.status AS status, given_jobs.outcome AS outcome, given_jobs.processor AS processor, given_jobs.route_reason AS route_reason, given_jobs.parameters AS parameters, given_jobs.request_key AS request_key, given_jobs.priority AS priority, given_jobs.parent_id AS parent_id, given_jobs.chunk_index AS chunk_index, given_jobs.chunk_count AS chunk_count, given_jobs.total_items AS total_items, given_jobs.processed_items AS processed_items, given_jobs.failed_items AS failed_items, given_jobs.attempt AS attempt, given_jobs.max_attempts AS max_attempts, given_jobs.next_attempt_at AS next_attempt_at, given_jobs.heartbeat_at AS heartbeat_at, given_jobs.claimed_by AS claimed_by, given_jobs.resume_at AS resume_at, given_jobs.handovers AS handovers, given_jobs.error AS error, given_jobs.dispatch_nonce AS dispatch_nonce, given_jobs.dispatched_at AS dispatched_at, given_jobs.workflow_run_id AS workflow_run_id, given_jobs.workflow_run_url AS workflow_run_url, given_jobs.rest_requests AS rest_requests, given_jobs.graphql_points AS graphql_points, given_jobs.runner_minutes AS runner_minutes, given_jobs.cost_usd AS cost_usd, given_jobs.created_at AS created_at, given_jobs.started_at AS started_at, given_jobs.updated_at AS updated_at, given_jobs.finished_at AS finished_at 
FROM jsonb_to_recordset(p_jobs) AS given_jobs(id TEXT, kind TEXT, repository TEXT, status TEXT, outcome TEXT, processor TEXT, route_reason TEXT, parameters JSONB, request_key TEXT, priority BIGINT, parent_id TEXT, chunk_index BIGINT, chunk_count BIGINT, total_items BIGINT, processed_items BIGINT, failed_items BIGINT, attempt BIGINT, max_attempts BIGINT, next_attempt_at TIMESTAMP WITH TIME ZONE, heartbeat_at TIMESTAMP WITH TIME ZONE, claimed_by TEXT, resume_at TIMESTAMP WITH TIME ZONE, handovers BIGINT, error TEXT, dispatch_nonce TEXT, dispatched_at TIMESTAMP WITH TIME ZONE, workflow_run_id BIGINT, workflow_run_url TEXT, rest_requests BIGINT, graphql_points BIGINT, runner_minutes DOUBLE PRECISION, cost_usd DOUBLE PRECISION, created_at TIMESTAMP WITH TIME ZONE, started_at TIMESTAMP WITH TIME ZONE, updated_at TIMESTAMP WITH TIME ZONE, finished_at TIMESTAMP WITH TIME ZONE) ON CONFLICT DO NOTHING RETURNING 1 AS one)
 SELECT jsonb_build_array(jsonb_build_array(count(*))) AS jsonb_build_array_1 
FROM changed
$function$;
COMMENT ON FUNCTION capture_insert_capture_jobs(p_jobs JSONB) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_insert_capture_jobs(p_jobs JSONB) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_insert_capture_jobs(p_jobs JSONB) TO service_role;

CREATE OR REPLACE FUNCTION capture_items_of_pulls_issue_comments(p_repository_id BIGINT, p_numbers BIGINT[]) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.id, answer.pull_request_number, answer.captured_at)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT issue_comments.id AS id, issue_comments.pull_request_number AS pull_request_number, issue_comments.captured_at AS captured_at 
FROM issue_comments 
WHERE issue_comments.repository_id = p_repository_id AND issue_comments.pull_request_number = ANY (p_numbers)) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_items_of_pulls_issue_comments(p_repository_id BIGINT, p_numbers BIGINT[]) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_items_of_pulls_issue_comments(p_repository_id BIGINT, p_numbers BIGINT[]) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_items_of_pulls_issue_comments(p_repository_id BIGINT, p_numbers BIGINT[]) TO service_role;

CREATE OR REPLACE FUNCTION capture_items_of_pulls_review_comments(p_repository_id BIGINT, p_numbers BIGINT[]) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.id, answer.pull_request_number, answer.captured_at)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT review_comments.id AS id, review_comments.pull_request_number AS pull_request_number, review_comments.captured_at AS captured_at 
FROM review_comments 
WHERE review_comments.repository_id = p_repository_id AND review_comments.pull_request_number = ANY (p_numbers)) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_items_of_pulls_review_comments(p_repository_id BIGINT, p_numbers BIGINT[]) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_items_of_pulls_review_comments(p_repository_id BIGINT, p_numbers BIGINT[]) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_items_of_pulls_review_comments(p_repository_id BIGINT, p_numbers BIGINT[]) TO service_role;

CREATE OR REPLACE FUNCTION capture_items_of_pulls_reviews(p_repository_id BIGINT, p_numbers BIGINT[]) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.id, answer.pull_request_number, answer.captured_at)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT reviews.id AS id, reviews.pull_request_number AS pull_request_number, reviews.captured_at AS captured_at 
FROM reviews 
WHERE reviews.repository_id = p_repository_id AND reviews.pull_request_number = ANY (p_numbers)) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_items_of_pulls_reviews(p_repository_id BIGINT, p_numbers BIGINT[]) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_items_of_pulls_reviews(p_repository_id BIGINT, p_numbers BIGINT[]) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_items_of_pulls_reviews(p_repository_id BIGINT, p_numbers BIGINT[]) TO service_role;

CREATE OR REPLACE FUNCTION capture_jobs_by_graphql(p_run_ids BIGINT[]) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.run_id, answer.id)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT workflow_jobs.run_id AS run_id, workflow_jobs.id AS id 
FROM workflow_jobs 
WHERE workflow_jobs.run_id = ANY (p_run_ids) AND workflow_jobs.source = 'graphql') AS answer
); END
$function$;
COMMENT ON FUNCTION capture_jobs_by_graphql(p_run_ids BIGINT[]) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_jobs_by_graphql(p_run_ids BIGINT[]) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_jobs_by_graphql(p_run_ids BIGINT[]) TO service_role;

CREATE OR REPLACE FUNCTION capture_jobs_without_steps_failed(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT, p_after_run BIGINT, p_after_job BIGINT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.job_id, answer.node_id, answer.run_id)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT workflow_jobs.id AS job_id, workflow_jobs.node_id AS node_id, workflow_jobs.run_id AS run_id 
FROM workflow_jobs LEFT OUTER JOIN workflow_runs ON workflow_runs.id = workflow_jobs.run_id 
WHERE workflow_jobs.repository_id = p_repository_id AND workflow_jobs.steps IS NULL AND workflow_jobs.node_id IS NOT NULL AND workflow_jobs.status IN ('in_progress', 'completed') AND workflow_jobs.conclusion IS DISTINCT FROM 'skipped' AND workflow_runs.gone_at IS NULL AND (p_created_from IS NULL OR workflow_runs.created_at >= p_created_from) AND (p_created_to IS NULL OR workflow_runs.created_at <= p_created_to) AND (p_first_id IS NULL OR workflow_jobs.run_id >= p_first_id) AND (p_last_id IS NULL OR workflow_jobs.run_id <= p_last_id) AND coalesce(workflow_jobs.conclusion, '') IN ('failure', 'timed_out', 'startup_failure') AND (p_after_run IS NULL OR (workflow_jobs.run_id, workflow_jobs.id) > (p_after_run, p_after_job)) ORDER BY workflow_jobs.run_id, workflow_jobs.id 
 LIMIT 500) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_jobs_without_steps_failed(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT, p_after_run BIGINT, p_after_job BIGINT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_jobs_without_steps_failed(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT, p_after_run BIGINT, p_after_job BIGINT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_jobs_without_steps_failed(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT, p_after_run BIGINT, p_after_job BIGINT) TO service_role;

CREATE OR REPLACE FUNCTION capture_jobs_without_steps_not_failed(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT, p_after_run BIGINT, p_after_job BIGINT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.job_id, answer.node_id, answer.run_id)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT workflow_jobs.id AS job_id, workflow_jobs.node_id AS node_id, workflow_jobs.run_id AS run_id 
FROM workflow_jobs LEFT OUTER JOIN workflow_runs ON workflow_runs.id = workflow_jobs.run_id 
WHERE workflow_jobs.repository_id = p_repository_id AND workflow_jobs.steps IS NULL AND workflow_jobs.node_id IS NOT NULL AND workflow_jobs.status IN ('in_progress', 'completed') AND workflow_jobs.conclusion IS DISTINCT FROM 'skipped' AND workflow_runs.gone_at IS NULL AND (p_created_from IS NULL OR workflow_runs.created_at >= p_created_from) AND (p_created_to IS NULL OR workflow_runs.created_at <= p_created_to) AND (p_first_id IS NULL OR workflow_jobs.run_id >= p_first_id) AND (p_last_id IS NULL OR workflow_jobs.run_id <= p_last_id) AND (coalesce(workflow_jobs.conclusion, '') NOT IN ('failure', 'timed_out', 'startup_failure')) AND (p_after_run IS NULL OR (workflow_jobs.run_id, workflow_jobs.id) > (p_after_run, p_after_job)) ORDER BY workflow_jobs.run_id, workflow_jobs.id 
 LIMIT 500) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_jobs_without_steps_not_failed(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT, p_after_run BIGINT, p_after_job BIGINT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_jobs_without_steps_not_failed(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT, p_after_run BIGINT, p_after_job BIGINT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_jobs_without_steps_not_failed(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT, p_after_run BIGINT, p_after_job BIGINT) TO service_role;

CREATE OR REPLACE FUNCTION capture_last_seen_as(p_lower_name TEXT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.id, answer.captured_at, answer.full_name, answer.owner, answer.name, answer.private, answer.default_branch, answer.html_url)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT repositories.id AS id, repositories.captured_at AS captured_at, repositories.full_name AS full_name, repositories.owner AS owner, repositories.name AS name, repositories.private AS private, repositories.default_branch AS default_branch, repositories.html_url AS html_url 
FROM repositories 
WHERE lower(repositories.full_name) = p_lower_name ORDER BY repositories.captured_at DESC, repositories.id DESC 
 LIMIT 1) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_last_seen_as(p_lower_name TEXT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_last_seen_as(p_lower_name TEXT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_last_seen_as(p_lower_name TEXT) TO service_role;

CREATE OR REPLACE FUNCTION capture_latest_attempts_without_row(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT, p_after BIGINT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.id, answer.run_attempt)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT workflow_runs.id AS id, workflow_runs.run_attempt AS run_attempt 
FROM workflow_runs 
WHERE workflow_runs.repository_id = p_repository_id AND workflow_runs.created_at IS NOT NULL AND (p_created_from IS NULL OR workflow_runs.created_at >= p_created_from) AND (p_created_to IS NULL OR workflow_runs.created_at <= p_created_to) AND (p_first_id IS NULL OR workflow_runs.id >= p_first_id) AND (p_last_id IS NULL OR workflow_runs.id <= p_last_id) AND workflow_runs.run_attempt IS NOT NULL AND NOT (EXISTS (SELECT * 
FROM workflow_run_attempts 
WHERE workflow_run_attempts.run_id = workflow_runs.id AND workflow_run_attempts.run_attempt = workflow_runs.run_attempt)) AND (p_after IS NULL OR workflow_runs.id > p_after) ORDER BY workflow_runs.id 
 LIMIT 500) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_latest_attempts_without_row(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT, p_after BIGINT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_latest_attempts_without_row(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT, p_after BIGINT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_latest_attempts_without_row(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT, p_after BIGINT) TO service_role;

CREATE OR REPLACE FUNCTION capture_listings_of_parts(p_named JSONB) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.repository_id, answer.pull_request_number, answer.part, answer.captured_at)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT pull_request_coverage.repository_id AS repository_id, pull_request_coverage.pull_request_number AS pull_request_number, pull_request_coverage.part AS part, pull_request_coverage.captured_at AS captured_at 
FROM pull_request_coverage 
WHERE (pull_request_coverage.repository_id, pull_request_coverage.pull_request_number, pull_request_coverage.part) IN (SELECT given_named.repository_id, given_named.pull_request_number, given_named.part 
FROM jsonb_to_recordset(p_named) AS given_named(repository_id BIGINT, pull_request_number BIGINT, part TEXT))) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_listings_of_parts(p_named JSONB) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_listings_of_parts(p_named JSONB) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_listings_of_parts(p_named JSONB) TO service_role;

CREATE OR REPLACE FUNCTION capture_newest_capture_jobs_dated(p_repository TEXT, p_status TEXT, p_kind TEXT, p_processor TEXT, p_after_time TIMESTAMP WITH TIME ZONE, p_after_id TEXT, p_most BIGINT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.id, answer.kind, answer.repository, answer.status, answer.outcome, answer.processor, answer.route_reason, answer.parameters, answer.request_key, answer.priority, answer.parent_id, answer.chunk_index, answer.chunk_count, answer.total_items, answer.processed_items, answer.failed_items, answer.attempt, answer.max_attempts, answer.next_attempt_at, answer.heartbeat_at, answer.claimed_by, answer.resume_at, answer.handovers, answer.error, answer.dispatch_nonce, answer.dispatched_at, answer.workflow_run_id, answer.workflow_run_url, answer.rest_requests, answer.graphql_points, answer.runner_minutes, answer.cost_usd, answer.created_at, answer.started_at, answer.updated_at, answer.finished_at)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT progressive_capture_jobs.id AS id, progressive_capture_jobs.kind AS kind, progressive_capture_jobs.repository AS repository, progressive_capture_jobs.status AS status, progressive_capture_jobs.outcome AS outcome, progressive_capture_jobs.processor AS processor, progressive_capture_jobs.route_reason AS route_reason, progressive_capture_jobs.parameters AS parameters, progressive_capture_jobs.request_key AS request_key, progressive_capture_jobs.priority AS priority, progressive_capture_jobs.parent_id AS parent_id, progressive_capture_jobs.chunk_index AS chunk_index, progressive_capture_jobs.chunk_count AS chunk_count, progressive_capture_jobs.total_items AS total_items, progressive_capture_jobs.processed_items AS processed_items, progressive_capture_jobs.failed_items AS failed_items, progressive_capture_jobs.attempt AS attempt, progressive_capture_jobs.max_attempts AS max_attempts, progressive_capture_jobs.next_attempt_at AS next_attempt_at, progressive_capture_jobs.heartbeat_at AS heartbeat_at, progressive_capture_jobs.claimed_by AS claimed_by, progressive_capture_jobs.resume_at AS resume_at, progressive_capture_jobs.handovers AS handovers, progressive_capture_jobs.error AS error, progressive_capture_jobs.dispatch_nonce AS dispatch_nonce, progressive_capture_jobs.dispatched_at AS dispatched_at, progressive_capture_jobs.workflow_run_id AS workflow_run_id, progressive_capture_jobs.workflow_run_url AS workflow_run_url, progressive_capture_jobs.rest_requests AS rest_requests, progressive_capture_jobs.graphql_points AS graphql_points, progressive_capture_jobs.runner_minutes AS runner_minutes, progressive_capture_jobs.cost_usd AS cost_usd, progressive_capture_jobs.created_at AS created_at, progressive_capture_jobs.started_at AS started_at, progressive_capture_jobs.updated_at AS updated_at, progressive_capture_jobs.finished_at AS finished_at 
FROM progressive_capture_jobs 
WHERE progressive_capture_jobs.created_at IS NOT NULL AND (p_repository IS NULL OR lower(progressive_capture_jobs.repository) = p_repository) AND (p_status IS NULL OR progressive_capture_jobs.status = p_status) AND (p_kind IS NULL OR progressive_capture_jobs.kind = p_kind) AND (p_processor IS NULL OR progressive_capture_jobs.processor = p_processor) AND (p_after_id IS NULL OR progressive_capture_jobs.created_at <= p_after_time AND (progressive_capture_jobs.created_at < p_after_time OR progressive_capture_jobs.created_at = p_after_time AND progressive_capture_jobs.id < p_after_id)) ORDER BY progressive_capture_jobs.created_at DESC, progressive_capture_jobs.id DESC 
 LIMIT p_most) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_newest_capture_jobs_dated(p_repository TEXT, p_status TEXT, p_kind TEXT, p_processor TEXT, p_after_time TIMESTAMP WITH TIME ZONE, p_after_id TEXT, p_most BIGINT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_newest_capture_jobs_dated(p_repository TEXT, p_status TEXT, p_kind TEXT, p_processor TEXT, p_after_time TIMESTAMP WITH TIME ZONE, p_after_id TEXT, p_most BIGINT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_newest_capture_jobs_dated(p_repository TEXT, p_status TEXT, p_kind TEXT, p_processor TEXT, p_after_time TIMESTAMP WITH TIME ZONE, p_after_id TEXT, p_most BIGINT) TO service_role;

CREATE OR REPLACE FUNCTION capture_newest_capture_jobs_not_dated(p_repository TEXT, p_status TEXT, p_kind TEXT, p_processor TEXT, p_after_time TIMESTAMP WITH TIME ZONE, p_after_id TEXT, p_most BIGINT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.id, answer.kind, answer.repository, answer.status, answer.outcome, answer.processor, answer.route_reason, answer.parameters, answer.request_key, answer.priority, answer.parent_id, answer.chunk_index, answer.chunk_count, answer.total_items, answer.processed_items, answer.failed_items, answer.attempt, answer.max_attempts, answer.next_attempt_at, answer.heartbeat_at, answer.claimed_by, answer.resume_at, answer.handovers, answer.error, answer.dispatch_nonce, answer.dispatched_at, answer.workflow_run_id, answer.workflow_run_url, answer.rest_requests, answer.graphql_points, answer.runner_minutes, answer.cost_usd, answer.created_at, answer.started_at, answer.updated_at, answer.finished_at)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT progressive_capture_jobs.id AS id, progressive_capture_jobs.kind AS kind, progressive_capture_jobs.repository AS repository, progressive_capture_jobs.status AS status, progressive_capture_jobs.outcome AS outcome, progressive_capture_jobs.processor AS processor, progressive_capture_jobs.route_reason AS route_reason, progressive_capture_jobs.parameters AS parameters, progressive_capture_jobs.request_key AS request_key, progressive_capture_jobs.priority AS priority, progressive_capture_jobs.parent_id AS parent_id, progressive_capture_jobs.chunk_index AS chunk_index, progressive_capture_jobs.chunk_count AS chunk_count, progressive_capture_jobs.total_items AS total_items, progressive_capture_jobs.processed_items AS processed_items, progressive_capture_jobs.failed_items AS failed_items, progressive_capture_jobs.attempt AS attempt, progressive_capture_jobs.max_attempts AS max_attempts, progressive_capture_jobs.next_attempt_at AS next_attempt_at, progressive_capture_jobs.heartbeat_at AS heartbeat_at, progressive_capture_jobs.claimed_by AS claimed_by, progressive_capture_jobs.resume_at AS resume_at, progressive_capture_jobs.handovers AS handovers, progressive_capture_jobs.error AS error, progressive_capture_jobs.dispatch_nonce AS dispatch_nonce, progressive_capture_jobs.dispatched_at AS dispatched_at, progressive_capture_jobs.workflow_run_id AS workflow_run_id, progressive_capture_jobs.workflow_run_url AS workflow_run_url, progressive_capture_jobs.rest_requests AS rest_requests, progressive_capture_jobs.graphql_points AS graphql_points, progressive_capture_jobs.runner_minutes AS runner_minutes, progressive_capture_jobs.cost_usd AS cost_usd, progressive_capture_jobs.created_at AS created_at, progressive_capture_jobs.started_at AS started_at, progressive_capture_jobs.updated_at AS updated_at, progressive_capture_jobs.finished_at AS finished_at 
FROM progressive_capture_jobs 
WHERE progressive_capture_jobs.created_at IS NULL AND (p_repository IS NULL OR lower(progressive_capture_jobs.repository) = p_repository) AND (p_status IS NULL OR progressive_capture_jobs.status = p_status) AND (p_kind IS NULL OR progressive_capture_jobs.kind = p_kind) AND (p_processor IS NULL OR progressive_capture_jobs.processor = p_processor) AND (p_after_id IS NULL OR progressive_capture_jobs.id < p_after_id) ORDER BY progressive_capture_jobs.created_at DESC, progressive_capture_jobs.id DESC 
 LIMIT p_most) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_newest_capture_jobs_not_dated(p_repository TEXT, p_status TEXT, p_kind TEXT, p_processor TEXT, p_after_time TIMESTAMP WITH TIME ZONE, p_after_id TEXT, p_most BIGINT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_newest_capture_jobs_not_dated(p_repository TEXT, p_status TEXT, p_kind TEXT, p_processor TEXT, p_after_time TIMESTAMP WITH TIME ZONE, p_after_id TEXT, p_most BIGINT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_newest_capture_jobs_not_dated(p_repository TEXT, p_status TEXT, p_kind TEXT, p_processor TEXT, p_after_time TIMESTAMP WITH TIME ZONE, p_after_id TEXT, p_most BIGINT) TO service_role;

CREATE OR REPLACE FUNCTION capture_node_ids_of_reviews(p_repository_id BIGINT, p_numbers BIGINT[]) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.pull_request_number, answer.node_id)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT reviews.pull_request_number AS pull_request_number, reviews.node_id AS node_id 
FROM reviews 
WHERE reviews.repository_id = p_repository_id AND reviews.pull_request_number = ANY (p_numbers) AND reviews.gone_at IS NULL AND reviews.node_id IS NOT NULL ORDER BY reviews.id) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_node_ids_of_reviews(p_repository_id BIGINT, p_numbers BIGINT[]) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_node_ids_of_reviews(p_repository_id BIGINT, p_numbers BIGINT[]) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_node_ids_of_reviews(p_repository_id BIGINT, p_numbers BIGINT[]) TO service_role;

CREATE OR REPLACE FUNCTION capture_number_of_artifacts_since(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.count_1)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT count(*) AS count_1 
FROM artifacts 
WHERE artifacts.repository_id = p_repository_id AND artifacts.created_at >= p_created_from AND artifacts.gone_at IS NULL) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_number_of_artifacts_since(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_number_of_artifacts_since(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_number_of_artifacts_since(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE) TO service_role;

CREATE OR REPLACE FUNCTION capture_number_of_artifacts_to_download(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.count_1)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT count(*) AS count_1 
FROM artifacts 
WHERE artifacts.repository_id = p_repository_id AND (p_created_from IS NULL OR artifacts.created_at >= p_created_from) AND (p_created_to IS NULL OR artifacts.created_at <= p_created_to) AND (p_first_id IS NULL OR artifacts.id >= p_first_id) AND (p_last_id IS NULL OR artifacts.id <= p_last_id) AND content_status IN ('pending', 'failed') AND artifacts.gone_at IS NULL) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_number_of_artifacts_to_download(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_number_of_artifacts_to_download(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_number_of_artifacts_to_download(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT) TO service_role;

CREATE OR REPLACE FUNCTION capture_number_of_gone_without_jobs(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.count_1)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT count(*) AS count_1 
FROM workflow_runs LEFT OUTER JOIN workflow_job_coverage ON workflow_job_coverage.run_id = workflow_runs.id 
WHERE workflow_runs.repository_id = p_repository_id AND workflow_runs.created_at IS NOT NULL AND (p_created_from IS NULL OR workflow_runs.created_at >= p_created_from) AND (p_created_to IS NULL OR workflow_runs.created_at <= p_created_to) AND (p_first_id IS NULL OR workflow_runs.id >= p_first_id) AND (p_last_id IS NULL OR workflow_runs.id <= p_last_id) AND workflow_runs.gone_at IS NOT NULL AND workflow_job_coverage.run_id IS NULL) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_number_of_gone_without_jobs(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_number_of_gone_without_jobs(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_number_of_gone_without_jobs(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT) TO service_role;

CREATE OR REPLACE FUNCTION capture_number_of_ids_to_detail_full(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.count_1)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT count(*) AS count_1 
FROM (SELECT anon_2.run_id AS run_id 
FROM (SELECT workflow_runs.id AS run_id 
FROM workflow_runs LEFT OUTER JOIN workflow_job_coverage ON workflow_job_coverage.run_id = workflow_runs.id 
WHERE workflow_runs.repository_id = p_repository_id AND workflow_runs.gone_at IS NULL AND (p_created_from IS NULL OR workflow_runs.created_at >= p_created_from) AND (p_created_to IS NULL OR workflow_runs.created_at <= p_created_to) AND (p_first_id IS NULL OR workflow_runs.id >= p_first_id) AND (p_last_id IS NULL OR workflow_runs.id <= p_last_id) AND (workflow_job_coverage.run_id IS NULL OR workflow_job_coverage.run_attempt IS DISTINCT FROM workflow_runs.run_attempt OR workflow_job_coverage.run_updated_at IS DISTINCT FROM workflow_runs.updated_at OR workflow_job_coverage.run_status IS DISTINCT FROM workflow_runs.status OR workflow_job_coverage.depth != 'full' OR (EXISTS (SELECT * 
FROM workflow_jobs 
WHERE workflow_jobs.run_id = workflow_runs.id AND workflow_jobs.conclusion IS DISTINCT FROM 'skipped' AND (workflow_jobs.steps IS NULL AND workflow_jobs.status IN ('in_progress', 'completed') OR workflow_jobs.source = 'graphql' AND workflow_jobs.steps = '[]'::jsonb AND workflow_jobs.status = 'completed' AND workflow_jobs.conclusion IS DISTINCT FROM 'cancelled'))))) AS anon_2 UNION SELECT anon_3.run_id AS run_id 
FROM (SELECT DISTINCT workflow_jobs.run_id AS run_id 
FROM workflow_jobs LEFT OUTER JOIN workflow_runs ON workflow_runs.id = workflow_jobs.run_id 
WHERE workflow_jobs.repository_id = p_repository_id AND workflow_jobs.steps IS NULL AND workflow_jobs.node_id IS NOT NULL AND workflow_jobs.status IN ('in_progress', 'completed') AND workflow_jobs.conclusion IS DISTINCT FROM 'skipped' AND workflow_runs.gone_at IS NULL AND (p_created_from IS NULL OR workflow_runs.created_at >= p_created_from) AND (p_created_to IS NULL OR workflow_runs.created_at <= p_created_to) AND (p_first_id IS NULL OR workflow_jobs.run_id >= p_first_id) AND (p_last_id IS NULL OR workflow_jobs.run_id <= p_last_id)) AS anon_3) AS anon_1) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_number_of_ids_to_detail_full(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_number_of_ids_to_detail_full(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_number_of_ids_to_detail_full(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT) TO service_role;

CREATE OR REPLACE FUNCTION capture_number_of_ids_to_detail_jobs(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.count_1)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT count(*) AS count_1 
FROM (SELECT anon_2.run_id AS run_id 
FROM (SELECT workflow_runs.id AS run_id 
FROM workflow_runs LEFT OUTER JOIN workflow_job_coverage ON workflow_job_coverage.run_id = workflow_runs.id 
WHERE workflow_runs.repository_id = p_repository_id AND workflow_runs.gone_at IS NULL AND (p_created_from IS NULL OR workflow_runs.created_at >= p_created_from) AND (p_created_to IS NULL OR workflow_runs.created_at <= p_created_to) AND (p_first_id IS NULL OR workflow_runs.id >= p_first_id) AND (p_last_id IS NULL OR workflow_runs.id <= p_last_id) AND (workflow_job_coverage.run_id IS NULL OR workflow_job_coverage.run_attempt IS DISTINCT FROM workflow_runs.run_attempt OR workflow_job_coverage.run_updated_at IS DISTINCT FROM workflow_runs.updated_at OR workflow_job_coverage.run_status IS DISTINCT FROM workflow_runs.status OR false)) AS anon_2) AS anon_1) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_number_of_ids_to_detail_jobs(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_number_of_ids_to_detail_jobs(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_number_of_ids_to_detail_jobs(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT) TO service_role;

CREATE OR REPLACE FUNCTION capture_number_of_ids_to_detail_steps(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.count_1)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT count(*) AS count_1 
FROM (SELECT anon_2.run_id AS run_id 
FROM (SELECT workflow_runs.id AS run_id 
FROM workflow_runs LEFT OUTER JOIN workflow_job_coverage ON workflow_job_coverage.run_id = workflow_runs.id 
WHERE workflow_runs.repository_id = p_repository_id AND workflow_runs.gone_at IS NULL AND (p_created_from IS NULL OR workflow_runs.created_at >= p_created_from) AND (p_created_to IS NULL OR workflow_runs.created_at <= p_created_to) AND (p_first_id IS NULL OR workflow_runs.id >= p_first_id) AND (p_last_id IS NULL OR workflow_runs.id <= p_last_id) AND (workflow_job_coverage.run_id IS NULL OR workflow_job_coverage.run_attempt IS DISTINCT FROM workflow_runs.run_attempt OR workflow_job_coverage.run_updated_at IS DISTINCT FROM workflow_runs.updated_at OR workflow_job_coverage.run_status IS DISTINCT FROM workflow_runs.status OR workflow_job_coverage.depth != 'full' AND coalesce(workflow_runs.run_attempt, 1) > 1 OR (EXISTS (SELECT * 
FROM workflow_jobs 
WHERE workflow_jobs.run_id = workflow_runs.id AND workflow_jobs.conclusion IS DISTINCT FROM 'skipped' AND (workflow_jobs.steps IS NULL AND workflow_jobs.status IN ('in_progress', 'completed') OR workflow_jobs.source = 'graphql' AND workflow_jobs.steps = '[]'::jsonb AND workflow_jobs.status = 'completed' AND workflow_jobs.conclusion IS DISTINCT FROM 'cancelled'))))) AS anon_2 UNION SELECT anon_3.run_id AS run_id 
FROM (SELECT DISTINCT workflow_jobs.run_id AS run_id 
FROM workflow_jobs LEFT OUTER JOIN workflow_runs ON workflow_runs.id = workflow_jobs.run_id 
WHERE workflow_jobs.repository_id = p_repository_id AND workflow_jobs.steps IS NULL AND workflow_jobs.node_id IS NOT NULL AND workflow_jobs.status IN ('in_progress', 'completed') AND workflow_jobs.conclusion IS DISTINCT FROM 'skipped' AND workflow_runs.gone_at IS NULL AND (p_created_from IS NULL OR workflow_runs.created_at >= p_created_from) AND (p_created_to IS NULL OR workflow_runs.created_at <= p_created_to) AND (p_first_id IS NULL OR workflow_jobs.run_id >= p_first_id) AND (p_last_id IS NULL OR workflow_jobs.run_id <= p_last_id)) AS anon_3) AS anon_1) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_number_of_ids_to_detail_steps(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_number_of_ids_to_detail_steps(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_number_of_ids_to_detail_steps(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT) TO service_role;

CREATE OR REPLACE FUNCTION capture_number_of_jobs_by_graphql(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.count_1)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT count(*) AS count_1 
FROM workflow_jobs JOIN workflow_runs ON workflow_runs.id = workflow_jobs.run_id 
WHERE workflow_runs.repository_id = p_repository_id AND workflow_runs.created_at IS NOT NULL AND (p_created_from IS NULL OR workflow_runs.created_at >= p_created_from) AND (p_created_to IS NULL OR workflow_runs.created_at <= p_created_to) AND (p_first_id IS NULL OR workflow_runs.id >= p_first_id) AND (p_last_id IS NULL OR workflow_runs.id <= p_last_id) AND workflow_jobs.source = 'graphql') AS answer
); END
$function$;
COMMENT ON FUNCTION capture_number_of_jobs_by_graphql(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_number_of_jobs_by_graphql(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_number_of_jobs_by_graphql(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT) TO service_role;

CREATE OR REPLACE FUNCTION capture_number_of_jobs_without_steps(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.count_1)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT count(*) AS count_1 
FROM workflow_jobs LEFT OUTER JOIN workflow_runs ON workflow_runs.id = workflow_jobs.run_id 
WHERE workflow_jobs.repository_id = p_repository_id AND workflow_jobs.steps IS NULL AND workflow_jobs.node_id IS NOT NULL AND workflow_jobs.status IN ('in_progress', 'completed') AND workflow_jobs.conclusion IS DISTINCT FROM 'skipped' AND workflow_runs.gone_at IS NULL AND (p_created_from IS NULL OR workflow_runs.created_at >= p_created_from) AND (p_created_to IS NULL OR workflow_runs.created_at <= p_created_to) AND (p_first_id IS NULL OR workflow_jobs.run_id >= p_first_id) AND (p_last_id IS NULL OR workflow_jobs.run_id <= p_last_id)) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_number_of_jobs_without_steps(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_number_of_jobs_without_steps(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_number_of_jobs_without_steps(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT) TO service_role;

CREATE OR REPLACE FUNCTION capture_number_of_pulls_without_part_file_changes(p_repository_id BIGINT, p_updated_from TIMESTAMP WITH TIME ZONE, p_updated_to TIMESTAMP WITH TIME ZONE) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.count_1)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT count(*) AS count_1 
FROM pull_requests LEFT OUTER JOIN pull_request_coverage ON pull_request_coverage.repository_id = pull_requests.repository_id AND pull_request_coverage.pull_request_number = pull_requests.number AND pull_request_coverage.part = 'file_changes' 
WHERE pull_requests.repository_id = p_repository_id AND pull_requests.gone_at IS NULL AND (pull_request_coverage.part IS NULL OR pull_request_coverage.head_sha IS DISTINCT FROM pull_requests.head_sha) AND (p_updated_from IS NULL OR pull_requests.updated_at >= p_updated_from) AND (p_updated_to IS NULL OR pull_requests.updated_at <= p_updated_to)) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_number_of_pulls_without_part_file_changes(p_repository_id BIGINT, p_updated_from TIMESTAMP WITH TIME ZONE, p_updated_to TIMESTAMP WITH TIME ZONE) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_number_of_pulls_without_part_file_changes(p_repository_id BIGINT, p_updated_from TIMESTAMP WITH TIME ZONE, p_updated_to TIMESTAMP WITH TIME ZONE) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_number_of_pulls_without_part_file_changes(p_repository_id BIGINT, p_updated_from TIMESTAMP WITH TIME ZONE, p_updated_to TIMESTAMP WITH TIME ZONE) TO service_role;

CREATE OR REPLACE FUNCTION capture_number_of_pulls_without_part_issue_comments(p_repository_id BIGINT, p_updated_from TIMESTAMP WITH TIME ZONE, p_updated_to TIMESTAMP WITH TIME ZONE) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.count_1)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT count(*) AS count_1 
FROM pull_requests LEFT OUTER JOIN pull_request_coverage ON pull_request_coverage.repository_id = pull_requests.repository_id AND pull_request_coverage.pull_request_number = pull_requests.number AND pull_request_coverage.part = 'issue_comments' 
WHERE pull_requests.repository_id = p_repository_id AND pull_requests.gone_at IS NULL AND (pull_request_coverage.part IS NULL OR pull_request_coverage.pull_request_updated_at IS DISTINCT FROM pull_requests.updated_at) AND (p_updated_from IS NULL OR pull_requests.updated_at >= p_updated_from) AND (p_updated_to IS NULL OR pull_requests.updated_at <= p_updated_to)) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_number_of_pulls_without_part_issue_comments(p_repository_id BIGINT, p_updated_from TIMESTAMP WITH TIME ZONE, p_updated_to TIMESTAMP WITH TIME ZONE) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_number_of_pulls_without_part_issue_comments(p_repository_id BIGINT, p_updated_from TIMESTAMP WITH TIME ZONE, p_updated_to TIMESTAMP WITH TIME ZONE) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_number_of_pulls_without_part_issue_comments(p_repository_id BIGINT, p_updated_from TIMESTAMP WITH TIME ZONE, p_updated_to TIMESTAMP WITH TIME ZONE) TO service_role;

CREATE OR REPLACE FUNCTION capture_number_of_pulls_without_part_review_comments(p_repository_id BIGINT, p_updated_from TIMESTAMP WITH TIME ZONE, p_updated_to TIMESTAMP WITH TIME ZONE) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.count_1)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT count(*) AS count_1 
FROM pull_requests LEFT OUTER JOIN pull_request_coverage ON pull_request_coverage.repository_id = pull_requests.repository_id AND pull_request_coverage.pull_request_number = pull_requests.number AND pull_request_coverage.part = 'review_comments' 
WHERE pull_requests.repository_id = p_repository_id AND pull_requests.gone_at IS NULL AND (pull_request_coverage.part IS NULL OR pull_request_coverage.pull_request_updated_at IS DISTINCT FROM pull_requests.updated_at) AND (p_updated_from IS NULL OR pull_requests.updated_at >= p_updated_from) AND (p_updated_to IS NULL OR pull_requests.updated_at <= p_updated_to)) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_number_of_pulls_without_part_review_comments(p_repository_id BIGINT, p_updated_from TIMESTAMP WITH TIME ZONE, p_updated_to TIMESTAMP WITH TIME ZONE) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_number_of_pulls_without_part_review_comments(p_repository_id BIGINT, p_updated_from TIMESTAMP WITH TIME ZONE, p_updated_to TIMESTAMP WITH TIME ZONE) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_number_of_pulls_without_part_review_comments(p_repository_id BIGINT, p_updated_from TIMESTAMP WITH TIME ZONE, p_updated_to TIMESTAMP WITH TIME ZONE) TO service_role;

CREATE OR REPLACE FUNCTION capture_number_of_pulls_without_part_reviews(p_repository_id BIGINT, p_updated_from TIMESTAMP WITH TIME ZONE, p_updated_to TIMESTAMP WITH TIME ZONE) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.count_1)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT count(*) AS count_1 
FROM pull_requests LEFT OUTER JOIN pull_request_coverage ON pull_request_coverage.repository_id = pull_requests.repository_id AND pull_request_coverage.pull_request_number = pull_requests.number AND pull_request_coverage.part = 'reviews' 
WHERE pull_requests.repository_id = p_repository_id AND pull_requests.gone_at IS NULL AND (pull_request_coverage.part IS NULL OR pull_request_coverage.pull_request_updated_at IS DISTINCT FROM pull_requests.updated_at) AND (p_updated_from IS NULL OR pull_requests.updated_at >= p_updated_from) AND (p_updated_to IS NULL OR pull_requests.updated_at <= p_updated_to)) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_number_of_pulls_without_part_reviews(p_repository_id BIGINT, p_updated_from TIMESTAMP WITH TIME ZONE, p_updated_to TIMESTAMP WITH TIME ZONE) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_number_of_pulls_without_part_reviews(p_repository_id BIGINT, p_updated_from TIMESTAMP WITH TIME ZONE, p_updated_to TIMESTAMP WITH TIME ZONE) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_number_of_pulls_without_part_reviews(p_repository_id BIGINT, p_updated_from TIMESTAMP WITH TIME ZONE, p_updated_to TIMESTAMP WITH TIME ZONE) TO service_role;

CREATE OR REPLACE FUNCTION capture_number_of_rows_by_table(p_repository_id BIGINT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.table_name, answer.row_count)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT counts.table_name AS table_name, counts.row_count AS row_count 
FROM (SELECT 'repositories' AS table_name, count(*) AS row_count 
FROM repositories 
WHERE repositories.id = p_repository_id UNION ALL SELECT 'workflows' AS table_name, count(*) AS row_count 
FROM workflows 
WHERE workflows.repository_id = p_repository_id UNION ALL SELECT 'commits' AS table_name, count(*) AS row_count 
FROM commits 
WHERE commits.repository_id = p_repository_id UNION ALL SELECT 'workflow_runs' AS table_name, count(*) AS row_count 
FROM workflow_runs 
WHERE workflow_runs.repository_id = p_repository_id UNION ALL SELECT 'workflow_run_attempts' AS table_name, count(*) AS row_count 
FROM workflow_run_attempts 
WHERE workflow_run_attempts.repository_id = p_repository_id UNION ALL SELECT 'workflow_jobs' AS table_name, count(*) AS row_count 
FROM workflow_jobs 
WHERE workflow_jobs.repository_id = p_repository_id UNION ALL SELECT 'workflow_job_coverage' AS table_name, count(*) AS row_count 
FROM workflow_job_coverage 
WHERE workflow_job_coverage.repository_id = p_repository_id UNION ALL SELECT 'artifacts' AS table_name, count(*) AS row_count 
FROM artifacts 
WHERE artifacts.repository_id = p_repository_id UNION ALL SELECT 'artifact_files' AS table_name, count(*) AS row_count 
FROM artifact_files 
WHERE artifact_files.repository_id = p_repository_id UNION ALL SELECT 'test_results' AS table_name, count(*) AS row_count 
FROM test_results 
WHERE test_results.repository_id = p_repository_id UNION ALL SELECT 'capture_windows' AS table_name, count(*) AS row_count 
FROM capture_windows 
WHERE capture_windows.repository_id = p_repository_id UNION ALL SELECT 'capture_failures' AS table_name, count(*) AS row_count 
FROM capture_failures 
WHERE capture_failures.repository_id = p_repository_id UNION ALL SELECT 'pull_requests' AS table_name, count(*) AS row_count 
FROM pull_requests 
WHERE pull_requests.repository_id = p_repository_id UNION ALL SELECT 'reviews' AS table_name, count(*) AS row_count 
FROM reviews 
WHERE reviews.repository_id = p_repository_id UNION ALL SELECT 'review_comments' AS table_name, count(*) AS row_count 
FROM review_comments 
WHERE review_comments.repository_id = p_repository_id UNION ALL SELECT 'issue_comments' AS table_name, count(*) AS row_count 
FROM issue_comments 
WHERE issue_comments.repository_id = p_repository_id UNION ALL SELECT 'file_changes' AS table_name, count(*) AS row_count 
FROM file_changes 
WHERE file_changes.repository_id = p_repository_id UNION ALL SELECT 'pull_request_coverage' AS table_name, count(*) AS row_count 
FROM pull_request_coverage 
WHERE pull_request_coverage.repository_id = p_repository_id) AS counts) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_number_of_rows_by_table(p_repository_id BIGINT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_number_of_rows_by_table(p_repository_id BIGINT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_number_of_rows_by_table(p_repository_id BIGINT) TO service_role;

CREATE OR REPLACE FUNCTION capture_number_of_runs(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.count_1)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT count(*) AS count_1 
FROM workflow_runs 
WHERE workflow_runs.repository_id = p_repository_id AND workflow_runs.created_at IS NOT NULL AND (p_created_from IS NULL OR workflow_runs.created_at >= p_created_from) AND (p_created_to IS NULL OR workflow_runs.created_at <= p_created_to) AND (p_first_id IS NULL OR workflow_runs.id >= p_first_id) AND (p_last_id IS NULL OR workflow_runs.id <= p_last_id)) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_number_of_runs(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_number_of_runs(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_number_of_runs(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT) TO service_role;

CREATE OR REPLACE FUNCTION capture_number_of_runs_without_jobs_full(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.count_1)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT count(*) AS count_1 
FROM workflow_runs LEFT OUTER JOIN workflow_job_coverage ON workflow_job_coverage.run_id = workflow_runs.id 
WHERE workflow_runs.repository_id = p_repository_id AND workflow_runs.gone_at IS NULL AND (p_created_from IS NULL OR workflow_runs.created_at >= p_created_from) AND (p_created_to IS NULL OR workflow_runs.created_at <= p_created_to) AND (p_first_id IS NULL OR workflow_runs.id >= p_first_id) AND (p_last_id IS NULL OR workflow_runs.id <= p_last_id) AND (workflow_job_coverage.run_id IS NULL OR workflow_job_coverage.run_attempt IS DISTINCT FROM workflow_runs.run_attempt OR workflow_job_coverage.run_updated_at IS DISTINCT FROM workflow_runs.updated_at OR workflow_job_coverage.run_status IS DISTINCT FROM workflow_runs.status OR workflow_job_coverage.depth != 'full')) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_number_of_runs_without_jobs_full(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_number_of_runs_without_jobs_full(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_number_of_runs_without_jobs_full(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT) TO service_role;

CREATE OR REPLACE FUNCTION capture_number_of_runs_without_jobs_jobs(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.count_1)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT count(*) AS count_1 
FROM workflow_runs LEFT OUTER JOIN workflow_job_coverage ON workflow_job_coverage.run_id = workflow_runs.id 
WHERE workflow_runs.repository_id = p_repository_id AND workflow_runs.gone_at IS NULL AND (p_created_from IS NULL OR workflow_runs.created_at >= p_created_from) AND (p_created_to IS NULL OR workflow_runs.created_at <= p_created_to) AND (p_first_id IS NULL OR workflow_runs.id >= p_first_id) AND (p_last_id IS NULL OR workflow_runs.id <= p_last_id) AND (workflow_job_coverage.run_id IS NULL OR workflow_job_coverage.run_attempt IS DISTINCT FROM workflow_runs.run_attempt OR workflow_job_coverage.run_updated_at IS DISTINCT FROM workflow_runs.updated_at OR workflow_job_coverage.run_status IS DISTINCT FROM workflow_runs.status OR false)) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_number_of_runs_without_jobs_jobs(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_number_of_runs_without_jobs_jobs(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_number_of_runs_without_jobs_jobs(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT) TO service_role;

CREATE OR REPLACE FUNCTION capture_number_of_runs_without_jobs_steps(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.count_1)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT count(*) AS count_1 
FROM workflow_runs LEFT OUTER JOIN workflow_job_coverage ON workflow_job_coverage.run_id = workflow_runs.id 
WHERE workflow_runs.repository_id = p_repository_id AND workflow_runs.gone_at IS NULL AND (p_created_from IS NULL OR workflow_runs.created_at >= p_created_from) AND (p_created_to IS NULL OR workflow_runs.created_at <= p_created_to) AND (p_first_id IS NULL OR workflow_runs.id >= p_first_id) AND (p_last_id IS NULL OR workflow_runs.id <= p_last_id) AND (workflow_job_coverage.run_id IS NULL OR workflow_job_coverage.run_attempt IS DISTINCT FROM workflow_runs.run_attempt OR workflow_job_coverage.run_updated_at IS DISTINCT FROM workflow_runs.updated_at OR workflow_job_coverage.run_status IS DISTINCT FROM workflow_runs.status OR workflow_job_coverage.depth != 'full' AND coalesce(workflow_runs.run_attempt, 1) > 1)) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_number_of_runs_without_jobs_steps(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_number_of_runs_without_jobs_steps(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_number_of_runs_without_jobs_steps(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT) TO service_role;

CREATE OR REPLACE FUNCTION capture_number_of_unresolved_failures(p_repository_id BIGINT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.count_1)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT count(*) AS count_1 
FROM capture_failures 
WHERE capture_failures.repository_id = p_repository_id AND capture_failures.resolved_at IS NULL) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_number_of_unresolved_failures(p_repository_id BIGINT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_number_of_unresolved_failures(p_repository_id BIGINT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_number_of_unresolved_failures(p_repository_id BIGINT) TO service_role;

CREATE OR REPLACE FUNCTION capture_numbers_of_known_pulls(p_repository_id BIGINT, p_numbers BIGINT[]) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.number)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT pull_requests.number AS number 
FROM pull_requests 
WHERE pull_requests.repository_id = p_repository_id AND pull_requests.number = ANY (p_numbers)) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_numbers_of_known_pulls(p_repository_id BIGINT, p_numbers BIGINT[]) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_numbers_of_known_pulls(p_repository_id BIGINT, p_numbers BIGINT[]) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_numbers_of_known_pulls(p_repository_id BIGINT, p_numbers BIGINT[]) TO service_role;

CREATE OR REPLACE FUNCTION capture_oldest_coverage_of_parts(p_repository_id BIGINT, p_parts TEXT[]) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.min_1)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT min(pull_request_coverage.captured_at) AS min_1 
FROM pull_request_coverage 
WHERE pull_request_coverage.repository_id = p_repository_id AND pull_request_coverage.part = ANY (p_parts)) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_oldest_coverage_of_parts(p_repository_id BIGINT, p_parts TEXT[]) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_oldest_coverage_of_parts(p_repository_id BIGINT, p_parts TEXT[]) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_oldest_coverage_of_parts(p_repository_id BIGINT, p_parts TEXT[]) TO service_role;

CREATE OR REPLACE FUNCTION capture_one_capture_job(p_job_id TEXT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.id, answer.kind, answer.repository, answer.status, answer.outcome, answer.processor, answer.route_reason, answer.parameters, answer.request_key, answer.priority, answer.parent_id, answer.chunk_index, answer.chunk_count, answer.total_items, answer.processed_items, answer.failed_items, answer.attempt, answer.max_attempts, answer.next_attempt_at, answer.heartbeat_at, answer.claimed_by, answer.resume_at, answer.handovers, answer.error, answer.dispatch_nonce, answer.dispatched_at, answer.workflow_run_id, answer.workflow_run_url, answer.rest_requests, answer.graphql_points, answer.runner_minutes, answer.cost_usd, answer.created_at, answer.started_at, answer.updated_at, answer.finished_at)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT progressive_capture_jobs.id AS id, progressive_capture_jobs.kind AS kind, progressive_capture_jobs.repository AS repository, progressive_capture_jobs.status AS status, progressive_capture_jobs.outcome AS outcome, progressive_capture_jobs.processor AS processor, progressive_capture_jobs.route_reason AS route_reason, progressive_capture_jobs.parameters AS parameters, progressive_capture_jobs.request_key AS request_key, progressive_capture_jobs.priority AS priority, progressive_capture_jobs.parent_id AS parent_id, progressive_capture_jobs.chunk_index AS chunk_index, progressive_capture_jobs.chunk_count AS chunk_count, progressive_capture_jobs.total_items AS total_items, progressive_capture_jobs.processed_items AS processed_items, progressive_capture_jobs.failed_items AS failed_items, progressive_capture_jobs.attempt AS attempt, progressive_capture_jobs.max_attempts AS max_attempts, progressive_capture_jobs.next_attempt_at AS next_attempt_at, progressive_capture_jobs.heartbeat_at AS heartbeat_at, progressive_capture_jobs.claimed_by AS claimed_by, progressive_capture_jobs.resume_at AS resume_at, progressive_capture_jobs.handovers AS handovers, progressive_capture_jobs.error AS error, progressive_capture_jobs.dispatch_nonce AS dispatch_nonce, progressive_capture_jobs.dispatched_at AS dispatched_at, progressive_capture_jobs.workflow_run_id AS workflow_run_id, progressive_capture_jobs.workflow_run_url AS workflow_run_url, progressive_capture_jobs.rest_requests AS rest_requests, progressive_capture_jobs.graphql_points AS graphql_points, progressive_capture_jobs.runner_minutes AS runner_minutes, progressive_capture_jobs.cost_usd AS cost_usd, progressive_capture_jobs.created_at AS created_at, progressive_capture_jobs.started_at AS started_at, progressive_capture_jobs.updated_at AS updated_at, progressive_capture_jobs.finished_at AS finished_at 
FROM progressive_capture_jobs 
WHERE progressive_capture_jobs.id = p_job_id) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_one_capture_job(p_job_id TEXT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_one_capture_job(p_job_id TEXT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_one_capture_job(p_job_id TEXT) TO service_role;

CREATE OR REPLACE FUNCTION capture_other_waiting_capture_job(p_job_id TEXT, p_request_key TEXT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.id, answer.kind, answer.repository, answer.status, answer.outcome, answer.processor, answer.route_reason, answer.parameters, answer.request_key, answer.priority, answer.parent_id, answer.chunk_index, answer.chunk_count, answer.total_items, answer.processed_items, answer.failed_items, answer.attempt, answer.max_attempts, answer.next_attempt_at, answer.heartbeat_at, answer.claimed_by, answer.resume_at, answer.handovers, answer.error, answer.dispatch_nonce, answer.dispatched_at, answer.workflow_run_id, answer.workflow_run_url, answer.rest_requests, answer.graphql_points, answer.runner_minutes, answer.cost_usd, answer.created_at, answer.started_at, answer.updated_at, answer.finished_at)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT progressive_capture_jobs.id AS id, progressive_capture_jobs.kind AS kind, progressive_capture_jobs.repository AS repository, progressive_capture_jobs.status AS status, progressive_capture_jobs.outcome AS outcome, progressive_capture_jobs.processor AS processor, progressive_capture_jobs.route_reason AS route_reason, progressive_capture_jobs.parameters AS parameters, progressive_capture_jobs.request_key AS request_key, progressive_capture_jobs.priority AS priority, progressive_capture_jobs.parent_id AS parent_id, progressive_capture_jobs.chunk_index AS chunk_index, progressive_capture_jobs.chunk_count AS chunk_count, progressive_capture_jobs.total_items AS total_items, progressive_capture_jobs.processed_items AS processed_items, progressive_capture_jobs.failed_items AS failed_items, progressive_capture_jobs.attempt AS attempt, progressive_capture_jobs.max_attempts AS max_attempts, progressive_capture_jobs.next_attempt_at AS next_attempt_at, progressive_capture_jobs.heartbeat_at AS heartbeat_at, progressive_capture_jobs.claimed_by AS claimed_by, progressive_capture_jobs.resume_at AS resume_at, progressive_capture_jobs.handovers AS handovers, progressive_capture_jobs.error AS error, progressive_capture_jobs.dispatch_nonce AS dispatch_nonce, progressive_capture_jobs.dispatched_at AS dispatched_at, progressive_capture_jobs.workflow_run_id AS workflow_run_id, progressive_capture_jobs.workflow_run_url AS workflow_run_url, progressive_capture_jobs.rest_requests AS rest_requests, progressive_capture_jobs.graphql_points AS graphql_points, progressive_capture_jobs.runner_minutes AS runner_minutes, progressive_capture_jobs.cost_usd AS cost_usd, progressive_capture_jobs.created_at AS created_at, progressive_capture_jobs.started_at AS started_at, progressive_capture_jobs.updated_at AS updated_at, progressive_capture_jobs.finished_at AS finished_at 
FROM progressive_capture_jobs 
WHERE progressive_capture_jobs.id != p_job_id AND progressive_capture_jobs.request_key = p_request_key AND request_key <> '' AND status IN ('queued', 'paused', 'running')) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_other_waiting_capture_job(p_job_id TEXT, p_request_key TEXT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_other_waiting_capture_job(p_job_id TEXT, p_request_key TEXT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_other_waiting_capture_job(p_job_id TEXT, p_request_key TEXT) TO service_role;

CREATE OR REPLACE FUNCTION capture_page_of_artifact_files(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_artifact_id BIGINT, p_after_position BIGINT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.artifact_id, answer.position, answer.repository_id, answer.captured_at, answer.path, answer.size_bytes, answer.category, answer.media_type, answer.sha256, answer.content, answer.storage_key, answer.status, answer.reason)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT artifact_files.artifact_id AS artifact_id, artifact_files.position AS position, artifact_files.repository_id AS repository_id, artifact_files.captured_at AS captured_at, artifact_files.path AS path, artifact_files.size_bytes AS size_bytes, artifact_files.category AS category, artifact_files.media_type AS media_type, artifact_files.sha256 AS sha256, artifact_files.content AS content, artifact_files.storage_key AS storage_key, artifact_files.status AS status, artifact_files.reason AS reason 
FROM artifact_files 
WHERE (p_repository_id IS NULL OR artifact_files.repository_id = p_repository_id) AND (p_after_artifact_id IS NULL OR (artifact_files.artifact_id, artifact_files.position) > (p_after_artifact_id, p_after_position)) ORDER BY artifact_files.artifact_id, artifact_files.position 
 LIMIT p_at_once) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_page_of_artifact_files(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_artifact_id BIGINT, p_after_position BIGINT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_page_of_artifact_files(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_artifact_id BIGINT, p_after_position BIGINT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_page_of_artifact_files(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_artifact_id BIGINT, p_after_position BIGINT) TO service_role;

CREATE OR REPLACE FUNCTION capture_page_of_artifacts(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_id BIGINT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.id, answer.repository_id, answer.captured_at, answer.run_id, answer.run_attempt, answer.name, answer.size_in_bytes, answer.digest, answer.expired, answer.created_at, answer.updated_at, answer.expires_at, answer.head_branch, answer.head_sha, answer.content_status, answer.content_reason, answer.gone_at, answer.run_attempt_inferred)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT artifacts.id AS id, artifacts.repository_id AS repository_id, artifacts.captured_at AS captured_at, artifacts.run_id AS run_id, artifacts.run_attempt AS run_attempt, artifacts.name AS name, artifacts.size_in_bytes AS size_in_bytes, artifacts.digest AS digest, artifacts.expired AS expired, artifacts.created_at AS created_at, artifacts.updated_at AS updated_at, artifacts.expires_at AS expires_at, artifacts.head_branch AS head_branch, artifacts.head_sha AS head_sha, artifacts.content_status AS content_status, artifacts.content_reason AS content_reason, artifacts.gone_at AS gone_at, artifacts.run_attempt_inferred AS run_attempt_inferred 
FROM artifacts 
WHERE (p_repository_id IS NULL OR artifacts.repository_id = p_repository_id) AND (p_after_id IS NULL OR (artifacts.id) > (p_after_id)) ORDER BY artifacts.id 
 LIMIT p_at_once) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_page_of_artifacts(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_id BIGINT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_page_of_artifacts(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_id BIGINT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_page_of_artifacts(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_id BIGINT) TO service_role;

CREATE OR REPLACE FUNCTION capture_page_of_builds(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_id_build BIGINT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.repo, answer.id_build, answer.workflow_id, answer.workflow_name, answer.status, answer.conclusion, answer.created_at, answer.updated_at, answer.branch, answer.commit_sha, answer.event, answer.issuer_name, answer.run_number, answer.build_duration, answer.total_jobs, answer.job_details)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT builds.repo AS repo, builds.id_build AS id_build, builds.workflow_id AS workflow_id, builds.workflow_name AS workflow_name, builds.status AS status, builds.conclusion AS conclusion, builds.created_at AS created_at, builds.updated_at AS updated_at, builds.branch AS branch, builds.commit_sha AS commit_sha, builds.event AS event, builds.issuer_name AS issuer_name, builds.run_number AS run_number, builds.build_duration AS build_duration, builds.total_jobs AS total_jobs, builds.job_details AS job_details 
FROM builds 
WHERE builds.id_build IN (SELECT workflow_runs.id 
FROM workflow_runs 
WHERE (p_repository_id IS NULL OR workflow_runs.repository_id = p_repository_id) AND (p_after_id_build IS NULL OR workflow_runs.id > p_after_id_build) ORDER BY workflow_runs.id 
 LIMIT p_at_once) ORDER BY builds.id_build) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_page_of_builds(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_id_build BIGINT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_page_of_builds(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_id_build BIGINT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_page_of_builds(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_id_build BIGINT) TO service_role;

CREATE OR REPLACE FUNCTION capture_page_of_capture_failures(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_kind TEXT, p_after_repository_id BIGINT, p_after_item_key TEXT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.kind, answer.repository_id, answer.item_key, answer.captured_at, answer.error, answer.attempts, answer.next_attempt_at, answer.resolved_at)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT capture_failures.kind AS kind, capture_failures.repository_id AS repository_id, capture_failures.item_key AS item_key, capture_failures.captured_at AS captured_at, capture_failures.error AS error, capture_failures.attempts AS attempts, capture_failures.next_attempt_at AS next_attempt_at, capture_failures.resolved_at AS resolved_at 
FROM capture_failures 
WHERE (p_repository_id IS NULL OR capture_failures.repository_id = p_repository_id) AND (p_after_kind IS NULL OR (capture_failures.kind, capture_failures.repository_id, capture_failures.item_key) > (p_after_kind, p_after_repository_id, p_after_item_key)) ORDER BY capture_failures.kind, capture_failures.repository_id, capture_failures.item_key 
 LIMIT p_at_once) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_page_of_capture_failures(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_kind TEXT, p_after_repository_id BIGINT, p_after_item_key TEXT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_page_of_capture_failures(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_kind TEXT, p_after_repository_id BIGINT, p_after_item_key TEXT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_page_of_capture_failures(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_kind TEXT, p_after_repository_id BIGINT, p_after_item_key TEXT) TO service_role;

CREATE OR REPLACE FUNCTION capture_page_of_capture_windows(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_repository_id BIGINT, p_after_kind TEXT, p_after_slice TEXT, p_after_window_from TIMESTAMP WITH TIME ZONE, p_after_window_to TIMESTAMP WITH TIME ZONE) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.repository_id, answer.kind, answer.slice, answer.window_from, answer.window_to, answer.captured_at, answer.item_count, answer.reported_count, answer.status, answer.reason)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT capture_windows.repository_id AS repository_id, capture_windows.kind AS kind, capture_windows.slice AS slice, capture_windows.window_from AS window_from, capture_windows.window_to AS window_to, capture_windows.captured_at AS captured_at, capture_windows.item_count AS item_count, capture_windows.reported_count AS reported_count, capture_windows.status AS status, capture_windows.reason AS reason 
FROM capture_windows 
WHERE (p_repository_id IS NULL OR capture_windows.repository_id = p_repository_id) AND (p_after_repository_id IS NULL OR (capture_windows.repository_id, capture_windows.kind, capture_windows.slice, capture_windows.window_from, capture_windows.window_to) > (p_after_repository_id, p_after_kind, p_after_slice, p_after_window_from, p_after_window_to)) ORDER BY capture_windows.repository_id, capture_windows.kind, capture_windows.slice, capture_windows.window_from, capture_windows.window_to 
 LIMIT p_at_once) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_page_of_capture_windows(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_repository_id BIGINT, p_after_kind TEXT, p_after_slice TEXT, p_after_window_from TIMESTAMP WITH TIME ZONE, p_after_window_to TIMESTAMP WITH TIME ZONE) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_page_of_capture_windows(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_repository_id BIGINT, p_after_kind TEXT, p_after_slice TEXT, p_after_window_from TIMESTAMP WITH TIME ZONE, p_after_window_to TIMESTAMP WITH TIME ZONE) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_page_of_capture_windows(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_repository_id BIGINT, p_after_kind TEXT, p_after_slice TEXT, p_after_window_from TIMESTAMP WITH TIME ZONE, p_after_window_to TIMESTAMP WITH TIME ZONE) TO service_role;

CREATE OR REPLACE FUNCTION capture_page_of_commits(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_repository_id BIGINT, p_after_sha TEXT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.repository_id, answer.sha, answer.captured_at, answer.tree_id, answer.message, answer.author_name, answer.committed_at)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT commits.repository_id AS repository_id, commits.sha AS sha, commits.captured_at AS captured_at, commits.tree_id AS tree_id, commits.message AS message, commits.author_name AS author_name, commits.committed_at AS committed_at 
FROM commits 
WHERE (p_repository_id IS NULL OR commits.repository_id = p_repository_id) AND (p_after_repository_id IS NULL OR (commits.repository_id, commits.sha) > (p_after_repository_id, p_after_sha)) ORDER BY commits.repository_id, commits.sha 
 LIMIT p_at_once) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_page_of_commits(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_repository_id BIGINT, p_after_sha TEXT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_page_of_commits(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_repository_id BIGINT, p_after_sha TEXT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_page_of_commits(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_repository_id BIGINT, p_after_sha TEXT) TO service_role;

CREATE OR REPLACE FUNCTION capture_page_of_file_changes(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_repository_id BIGINT, p_after_pull_request_number BIGINT, p_after_path TEXT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.repository_id, answer.pull_request_number, answer.path, answer.captured_at, answer.head_sha, answer.previous_path, answer.status, answer.additions, answer.deletions, answer.changes)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT file_changes.repository_id AS repository_id, file_changes.pull_request_number AS pull_request_number, file_changes.path AS path, file_changes.captured_at AS captured_at, file_changes.head_sha AS head_sha, file_changes.previous_path AS previous_path, file_changes.status AS status, file_changes.additions AS additions, file_changes.deletions AS deletions, file_changes.changes AS changes 
FROM file_changes 
WHERE (p_repository_id IS NULL OR file_changes.repository_id = p_repository_id) AND (p_after_repository_id IS NULL OR (file_changes.repository_id, file_changes.pull_request_number, file_changes.path) > (p_after_repository_id, p_after_pull_request_number, p_after_path)) ORDER BY file_changes.repository_id, file_changes.pull_request_number, file_changes.path 
 LIMIT p_at_once) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_page_of_file_changes(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_repository_id BIGINT, p_after_pull_request_number BIGINT, p_after_path TEXT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_page_of_file_changes(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_repository_id BIGINT, p_after_pull_request_number BIGINT, p_after_path TEXT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_page_of_file_changes(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_repository_id BIGINT, p_after_pull_request_number BIGINT, p_after_path TEXT) TO service_role;

CREATE OR REPLACE FUNCTION capture_page_of_issue_comments(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_id BIGINT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.id, answer.repository_id, answer.captured_at, answer.pull_request_number, answer.author_login, answer.body, answer.is_minimized, answer.created_at, answer.updated_at, answer.gone_at)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT issue_comments.id AS id, issue_comments.repository_id AS repository_id, issue_comments.captured_at AS captured_at, issue_comments.pull_request_number AS pull_request_number, issue_comments.author_login AS author_login, issue_comments.body AS body, issue_comments.is_minimized AS is_minimized, issue_comments.created_at AS created_at, issue_comments.updated_at AS updated_at, issue_comments.gone_at AS gone_at 
FROM issue_comments 
WHERE (p_repository_id IS NULL OR issue_comments.repository_id = p_repository_id) AND (p_after_id IS NULL OR (issue_comments.id) > (p_after_id)) ORDER BY issue_comments.id 
 LIMIT p_at_once) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_page_of_issue_comments(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_id BIGINT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_page_of_issue_comments(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_id BIGINT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_page_of_issue_comments(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_id BIGINT) TO service_role;

CREATE OR REPLACE FUNCTION capture_page_of_progressive_capture_jobs(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_id TEXT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.id, answer.kind, answer.repository, answer.status, answer.outcome, answer.processor, answer.route_reason, answer.parameters, answer.request_key, answer.priority, answer.parent_id, answer.chunk_index, answer.chunk_count, answer.total_items, answer.processed_items, answer.failed_items, answer.attempt, answer.max_attempts, answer.next_attempt_at, answer.heartbeat_at, answer.claimed_by, answer.resume_at, answer.handovers, answer.error, answer.dispatch_nonce, answer.dispatched_at, answer.workflow_run_id, answer.workflow_run_url, answer.rest_requests, answer.graphql_points, answer.runner_minutes, answer.cost_usd, answer.created_at, answer.started_at, answer.updated_at, answer.finished_at)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT progressive_capture_jobs.id AS id, progressive_capture_jobs.kind AS kind, progressive_capture_jobs.repository AS repository, progressive_capture_jobs.status AS status, progressive_capture_jobs.outcome AS outcome, progressive_capture_jobs.processor AS processor, progressive_capture_jobs.route_reason AS route_reason, progressive_capture_jobs.parameters AS parameters, progressive_capture_jobs.request_key AS request_key, progressive_capture_jobs.priority AS priority, progressive_capture_jobs.parent_id AS parent_id, progressive_capture_jobs.chunk_index AS chunk_index, progressive_capture_jobs.chunk_count AS chunk_count, progressive_capture_jobs.total_items AS total_items, progressive_capture_jobs.processed_items AS processed_items, progressive_capture_jobs.failed_items AS failed_items, progressive_capture_jobs.attempt AS attempt, progressive_capture_jobs.max_attempts AS max_attempts, progressive_capture_jobs.next_attempt_at AS next_attempt_at, progressive_capture_jobs.heartbeat_at AS heartbeat_at, progressive_capture_jobs.claimed_by AS claimed_by, progressive_capture_jobs.resume_at AS resume_at, progressive_capture_jobs.handovers AS handovers, progressive_capture_jobs.error AS error, progressive_capture_jobs.dispatch_nonce AS dispatch_nonce, progressive_capture_jobs.dispatched_at AS dispatched_at, progressive_capture_jobs.workflow_run_id AS workflow_run_id, progressive_capture_jobs.workflow_run_url AS workflow_run_url, progressive_capture_jobs.rest_requests AS rest_requests, progressive_capture_jobs.graphql_points AS graphql_points, progressive_capture_jobs.runner_minutes AS runner_minutes, progressive_capture_jobs.cost_usd AS cost_usd, progressive_capture_jobs.created_at AS created_at, progressive_capture_jobs.started_at AS started_at, progressive_capture_jobs.updated_at AS updated_at, progressive_capture_jobs.finished_at AS finished_at 
FROM progressive_capture_jobs 
WHERE (p_repository_name IS NULL OR lower(progressive_capture_jobs.repository) = p_repository_name) AND (p_after_id IS NULL OR (progressive_capture_jobs.id) > (p_after_id)) ORDER BY progressive_capture_jobs.id 
 LIMIT p_at_once) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_page_of_progressive_capture_jobs(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_id TEXT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_page_of_progressive_capture_jobs(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_id TEXT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_page_of_progressive_capture_jobs(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_id TEXT) TO service_role;

CREATE OR REPLACE FUNCTION capture_page_of_pull_request_coverage(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_repository_id BIGINT, p_after_pull_request_number BIGINT, p_after_part TEXT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.repository_id, answer.pull_request_number, answer.part, answer.captured_at, answer.pull_request_updated_at, answer.head_sha, answer.item_count, answer.reported_count, answer.reason)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT pull_request_coverage.repository_id AS repository_id, pull_request_coverage.pull_request_number AS pull_request_number, pull_request_coverage.part AS part, pull_request_coverage.captured_at AS captured_at, pull_request_coverage.pull_request_updated_at AS pull_request_updated_at, pull_request_coverage.head_sha AS head_sha, pull_request_coverage.item_count AS item_count, pull_request_coverage.reported_count AS reported_count, pull_request_coverage.reason AS reason 
FROM pull_request_coverage 
WHERE (p_repository_id IS NULL OR pull_request_coverage.repository_id = p_repository_id) AND (p_after_repository_id IS NULL OR (pull_request_coverage.repository_id, pull_request_coverage.pull_request_number, pull_request_coverage.part) > (p_after_repository_id, p_after_pull_request_number, p_after_part)) ORDER BY pull_request_coverage.repository_id, pull_request_coverage.pull_request_number, pull_request_coverage.part 
 LIMIT p_at_once) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_page_of_pull_request_coverage(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_repository_id BIGINT, p_after_pull_request_number BIGINT, p_after_part TEXT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_page_of_pull_request_coverage(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_repository_id BIGINT, p_after_pull_request_number BIGINT, p_after_part TEXT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_page_of_pull_request_coverage(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_repository_id BIGINT, p_after_pull_request_number BIGINT, p_after_part TEXT) TO service_role;

CREATE OR REPLACE FUNCTION capture_page_of_pull_requests(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_id BIGINT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.id, answer.repository_id, answer.captured_at, answer.number, answer.title, answer.state, answer.draft, answer.merged, answer.author_login, answer.base_ref, answer.head_ref, answer.head_sha, answer.head_repository_id, answer.additions, answer.deletions, answer.changed_files, answer.created_at, answer.updated_at, answer.closed_at, answer.merged_at, answer.gone_at, answer.node_id)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT pull_requests.id AS id, pull_requests.repository_id AS repository_id, pull_requests.captured_at AS captured_at, pull_requests.number AS number, pull_requests.title AS title, pull_requests.state AS state, pull_requests.draft AS draft, pull_requests.merged AS merged, pull_requests.author_login AS author_login, pull_requests.base_ref AS base_ref, pull_requests.head_ref AS head_ref, pull_requests.head_sha AS head_sha, pull_requests.head_repository_id AS head_repository_id, pull_requests.additions AS additions, pull_requests.deletions AS deletions, pull_requests.changed_files AS changed_files, pull_requests.created_at AS created_at, pull_requests.updated_at AS updated_at, pull_requests.closed_at AS closed_at, pull_requests.merged_at AS merged_at, pull_requests.gone_at AS gone_at, pull_requests.node_id AS node_id 
FROM pull_requests 
WHERE (p_repository_id IS NULL OR pull_requests.repository_id = p_repository_id) AND (p_after_id IS NULL OR (pull_requests.id) > (p_after_id)) ORDER BY pull_requests.id 
 LIMIT p_at_once) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_page_of_pull_requests(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_id BIGINT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_page_of_pull_requests(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_id BIGINT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_page_of_pull_requests(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_id BIGINT) TO service_role;

CREATE OR REPLACE FUNCTION capture_page_of_repositories(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_id BIGINT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.id, answer.captured_at, answer.full_name, answer.owner, answer.name, answer.private, answer.default_branch, answer.html_url)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT repositories.id AS id, repositories.captured_at AS captured_at, repositories.full_name AS full_name, repositories.owner AS owner, repositories.name AS name, repositories.private AS private, repositories.default_branch AS default_branch, repositories.html_url AS html_url 
FROM repositories 
WHERE (p_repository_id IS NULL OR repositories.id = p_repository_id) AND (p_after_id IS NULL OR (repositories.id) > (p_after_id)) ORDER BY repositories.id 
 LIMIT p_at_once) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_page_of_repositories(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_id BIGINT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_page_of_repositories(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_id BIGINT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_page_of_repositories(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_id BIGINT) TO service_role;

CREATE OR REPLACE FUNCTION capture_page_of_review_comments(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_id BIGINT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.id, answer.repository_id, answer.captured_at, answer.pull_request_number, answer.review_id, answer.author_login, answer.body, answer.path, answer.line, answer.in_reply_to_id, answer.is_minimized, answer.created_at, answer.updated_at, answer.gone_at)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT review_comments.id AS id, review_comments.repository_id AS repository_id, review_comments.captured_at AS captured_at, review_comments.pull_request_number AS pull_request_number, review_comments.review_id AS review_id, review_comments.author_login AS author_login, review_comments.body AS body, review_comments.path AS path, review_comments.line AS line, review_comments.in_reply_to_id AS in_reply_to_id, review_comments.is_minimized AS is_minimized, review_comments.created_at AS created_at, review_comments.updated_at AS updated_at, review_comments.gone_at AS gone_at 
FROM review_comments 
WHERE (p_repository_id IS NULL OR review_comments.repository_id = p_repository_id) AND (p_after_id IS NULL OR (review_comments.id) > (p_after_id)) ORDER BY review_comments.id 
 LIMIT p_at_once) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_page_of_review_comments(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_id BIGINT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_page_of_review_comments(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_id BIGINT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_page_of_review_comments(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_id BIGINT) TO service_role;

CREATE OR REPLACE FUNCTION capture_page_of_reviews(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_id BIGINT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.id, answer.repository_id, answer.captured_at, answer.pull_request_number, answer.author_login, answer.state, answer.body, answer.is_minimized, answer.created_at, answer.updated_at, answer.submitted_at, answer.gone_at, answer.node_id)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT reviews.id AS id, reviews.repository_id AS repository_id, reviews.captured_at AS captured_at, reviews.pull_request_number AS pull_request_number, reviews.author_login AS author_login, reviews.state AS state, reviews.body AS body, reviews.is_minimized AS is_minimized, reviews.created_at AS created_at, reviews.updated_at AS updated_at, reviews.submitted_at AS submitted_at, reviews.gone_at AS gone_at, reviews.node_id AS node_id 
FROM reviews 
WHERE (p_repository_id IS NULL OR reviews.repository_id = p_repository_id) AND (p_after_id IS NULL OR (reviews.id) > (p_after_id)) ORDER BY reviews.id 
 LIMIT p_at_once) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_page_of_reviews(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_id BIGINT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_page_of_reviews(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_id BIGINT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_page_of_reviews(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_id BIGINT) TO service_role;

CREATE OR REPLACE FUNCTION capture_page_of_test_results(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_artifact_id BIGINT, p_after_file_position BIGINT, p_after_position BIGINT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.artifact_id, answer.file_position, answer.position, answer.repository_id, answer.captured_at, answer.run_id, answer.run_attempt, answer.suite, answer.classname, answer.name, answer.status, answer.rerun, answer.duration_seconds, answer.message)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT test_results.artifact_id AS artifact_id, test_results.file_position AS file_position, test_results.position AS position, test_results.repository_id AS repository_id, test_results.captured_at AS captured_at, test_results.run_id AS run_id, test_results.run_attempt AS run_attempt, test_results.suite AS suite, test_results.classname AS classname, test_results.name AS name, test_results.status AS status, test_results.rerun AS rerun, test_results.duration_seconds AS duration_seconds, test_results.message AS message 
FROM test_results 
WHERE (p_repository_id IS NULL OR test_results.repository_id = p_repository_id) AND (p_after_artifact_id IS NULL OR (test_results.artifact_id, test_results.file_position, test_results.position) > (p_after_artifact_id, p_after_file_position, p_after_position)) ORDER BY test_results.artifact_id, test_results.file_position, test_results.position 
 LIMIT p_at_once) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_page_of_test_results(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_artifact_id BIGINT, p_after_file_position BIGINT, p_after_position BIGINT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_page_of_test_results(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_artifact_id BIGINT, p_after_file_position BIGINT, p_after_position BIGINT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_page_of_test_results(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_artifact_id BIGINT, p_after_file_position BIGINT, p_after_position BIGINT) TO service_role;

CREATE OR REPLACE FUNCTION capture_page_of_workflow_job_coverage(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_run_id BIGINT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.run_id, answer.repository_id, answer.captured_at, answer.run_attempt, answer.run_updated_at, answer.run_status, answer.depth, answer.job_count, answer.foreign_check_run_count)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT workflow_job_coverage.run_id AS run_id, workflow_job_coverage.repository_id AS repository_id, workflow_job_coverage.captured_at AS captured_at, workflow_job_coverage.run_attempt AS run_attempt, workflow_job_coverage.run_updated_at AS run_updated_at, workflow_job_coverage.run_status AS run_status, workflow_job_coverage.depth AS depth, workflow_job_coverage.job_count AS job_count, workflow_job_coverage.foreign_check_run_count AS foreign_check_run_count 
FROM workflow_job_coverage 
WHERE (p_repository_id IS NULL OR workflow_job_coverage.repository_id = p_repository_id) AND (p_after_run_id IS NULL OR (workflow_job_coverage.run_id) > (p_after_run_id)) ORDER BY workflow_job_coverage.run_id 
 LIMIT p_at_once) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_page_of_workflow_job_coverage(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_run_id BIGINT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_page_of_workflow_job_coverage(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_run_id BIGINT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_page_of_workflow_job_coverage(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_run_id BIGINT) TO service_role;

CREATE OR REPLACE FUNCTION capture_page_of_workflow_jobs(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_id BIGINT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.id, answer.repository_id, answer.captured_at, answer.node_id, answer.run_id, answer.run_attempt, answer.name, answer.workflow_name, answer.status, answer.conclusion, answer.created_at, answer.started_at, answer.completed_at, answer.head_sha, answer.head_branch, answer.labels, answer.runner_id, answer.runner_name, answer.runner_group_name, answer.html_url, answer.steps, answer.source, answer.carried_from_job_id)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT workflow_jobs.id AS id, workflow_jobs.repository_id AS repository_id, workflow_jobs.captured_at AS captured_at, workflow_jobs.node_id AS node_id, workflow_jobs.run_id AS run_id, workflow_jobs.run_attempt AS run_attempt, workflow_jobs.name AS name, workflow_jobs.workflow_name AS workflow_name, workflow_jobs.status AS status, workflow_jobs.conclusion AS conclusion, workflow_jobs.created_at AS created_at, workflow_jobs.started_at AS started_at, workflow_jobs.completed_at AS completed_at, workflow_jobs.head_sha AS head_sha, workflow_jobs.head_branch AS head_branch, workflow_jobs.labels AS labels, workflow_jobs.runner_id AS runner_id, workflow_jobs.runner_name AS runner_name, workflow_jobs.runner_group_name AS runner_group_name, workflow_jobs.html_url AS html_url, workflow_jobs.steps AS steps, workflow_jobs.source AS source, workflow_jobs.carried_from_job_id AS carried_from_job_id 
FROM workflow_jobs 
WHERE (p_repository_id IS NULL OR workflow_jobs.repository_id = p_repository_id) AND (p_after_id IS NULL OR (workflow_jobs.id) > (p_after_id)) ORDER BY workflow_jobs.id 
 LIMIT p_at_once) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_page_of_workflow_jobs(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_id BIGINT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_page_of_workflow_jobs(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_id BIGINT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_page_of_workflow_jobs(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_id BIGINT) TO service_role;

CREATE OR REPLACE FUNCTION capture_page_of_workflow_run_attempts(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_run_id BIGINT, p_after_run_attempt BIGINT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.run_id, answer.run_attempt, answer.repository_id, answer.captured_at, answer.status, answer.conclusion, answer.run_started_at, answer.updated_at, answer.triggering_actor_login)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT workflow_run_attempts.run_id AS run_id, workflow_run_attempts.run_attempt AS run_attempt, workflow_run_attempts.repository_id AS repository_id, workflow_run_attempts.captured_at AS captured_at, workflow_run_attempts.status AS status, workflow_run_attempts.conclusion AS conclusion, workflow_run_attempts.run_started_at AS run_started_at, workflow_run_attempts.updated_at AS updated_at, workflow_run_attempts.triggering_actor_login AS triggering_actor_login 
FROM workflow_run_attempts 
WHERE (p_repository_id IS NULL OR workflow_run_attempts.repository_id = p_repository_id) AND (p_after_run_id IS NULL OR (workflow_run_attempts.run_id, workflow_run_attempts.run_attempt) > (p_after_run_id, p_after_run_attempt)) ORDER BY workflow_run_attempts.run_id, workflow_run_attempts.run_attempt 
 LIMIT p_at_once) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_page_of_workflow_run_attempts(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_run_id BIGINT, p_after_run_attempt BIGINT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_page_of_workflow_run_attempts(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_run_id BIGINT, p_after_run_attempt BIGINT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_page_of_workflow_run_attempts(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_run_id BIGINT, p_after_run_attempt BIGINT) TO service_role;

CREATE OR REPLACE FUNCTION capture_page_of_workflow_runs(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_id BIGINT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.id, answer.repository_id, answer.captured_at, answer.workflow_id, answer.name, answer.display_title, answer.path, answer.run_number, answer.run_attempt, answer.event, answer.status, answer.conclusion, answer.head_branch, answer.head_sha, answer.head_repository_id, answer.actor_id, answer.actor_login, answer.triggering_actor_login, answer.pull_request_numbers, answer.check_suite_id, answer.check_suite_node_id, answer.node_id, answer.html_url, answer.created_at, answer.updated_at, answer.run_started_at, answer.gone_at)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT workflow_runs.id AS id, workflow_runs.repository_id AS repository_id, workflow_runs.captured_at AS captured_at, workflow_runs.workflow_id AS workflow_id, workflow_runs.name AS name, workflow_runs.display_title AS display_title, workflow_runs.path AS path, workflow_runs.run_number AS run_number, workflow_runs.run_attempt AS run_attempt, workflow_runs.event AS event, workflow_runs.status AS status, workflow_runs.conclusion AS conclusion, workflow_runs.head_branch AS head_branch, workflow_runs.head_sha AS head_sha, workflow_runs.head_repository_id AS head_repository_id, workflow_runs.actor_id AS actor_id, workflow_runs.actor_login AS actor_login, workflow_runs.triggering_actor_login AS triggering_actor_login, workflow_runs.pull_request_numbers AS pull_request_numbers, workflow_runs.check_suite_id AS check_suite_id, workflow_runs.check_suite_node_id AS check_suite_node_id, workflow_runs.node_id AS node_id, workflow_runs.html_url AS html_url, workflow_runs.created_at AS created_at, workflow_runs.updated_at AS updated_at, workflow_runs.run_started_at AS run_started_at, workflow_runs.gone_at AS gone_at 
FROM workflow_runs 
WHERE (p_repository_id IS NULL OR workflow_runs.repository_id = p_repository_id) AND (p_after_id IS NULL OR (workflow_runs.id) > (p_after_id)) ORDER BY workflow_runs.id 
 LIMIT p_at_once) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_page_of_workflow_runs(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_id BIGINT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_page_of_workflow_runs(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_id BIGINT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_page_of_workflow_runs(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_id BIGINT) TO service_role;

CREATE OR REPLACE FUNCTION capture_page_of_workflows(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_id BIGINT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.id, answer.repository_id, answer.captured_at, answer.name, answer.path, answer.state)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT workflows.id AS id, workflows.repository_id AS repository_id, workflows.captured_at AS captured_at, workflows.name AS name, workflows.path AS path, workflows.state AS state 
FROM workflows 
WHERE (p_repository_id IS NULL OR workflows.repository_id = p_repository_id) AND (p_after_id IS NULL OR (workflows.id) > (p_after_id)) ORDER BY workflows.id 
 LIMIT p_at_once) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_page_of_workflows(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_id BIGINT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_page_of_workflows(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_id BIGINT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_page_of_workflows(p_repository_id BIGINT, p_repository_name TEXT, p_at_once BIGINT, p_after_id BIGINT) TO service_role;

CREATE OR REPLACE FUNCTION capture_present_items_of_pulls_issue_comments(p_repository_id BIGINT, p_numbers BIGINT[]) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.id, answer.pull_request_number, answer.captured_at)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT issue_comments.id AS id, issue_comments.pull_request_number AS pull_request_number, issue_comments.captured_at AS captured_at 
FROM issue_comments 
WHERE issue_comments.repository_id = p_repository_id AND issue_comments.pull_request_number = ANY (p_numbers) AND issue_comments.gone_at IS NULL) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_present_items_of_pulls_issue_comments(p_repository_id BIGINT, p_numbers BIGINT[]) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_present_items_of_pulls_issue_comments(p_repository_id BIGINT, p_numbers BIGINT[]) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_present_items_of_pulls_issue_comments(p_repository_id BIGINT, p_numbers BIGINT[]) TO service_role;

CREATE OR REPLACE FUNCTION capture_present_items_of_pulls_review_comments(p_repository_id BIGINT, p_numbers BIGINT[]) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.id, answer.pull_request_number, answer.captured_at)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT review_comments.id AS id, review_comments.pull_request_number AS pull_request_number, review_comments.captured_at AS captured_at 
FROM review_comments 
WHERE review_comments.repository_id = p_repository_id AND review_comments.pull_request_number = ANY (p_numbers) AND review_comments.gone_at IS NULL) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_present_items_of_pulls_review_comments(p_repository_id BIGINT, p_numbers BIGINT[]) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_present_items_of_pulls_review_comments(p_repository_id BIGINT, p_numbers BIGINT[]) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_present_items_of_pulls_review_comments(p_repository_id BIGINT, p_numbers BIGINT[]) TO service_role;

CREATE OR REPLACE FUNCTION capture_present_items_of_pulls_reviews(p_repository_id BIGINT, p_numbers BIGINT[]) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.id, answer.pull_request_number, answer.captured_at)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT reviews.id AS id, reviews.pull_request_number AS pull_request_number, reviews.captured_at AS captured_at 
FROM reviews 
WHERE reviews.repository_id = p_repository_id AND reviews.pull_request_number = ANY (p_numbers) AND reviews.gone_at IS NULL) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_present_items_of_pulls_reviews(p_repository_id BIGINT, p_numbers BIGINT[]) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_present_items_of_pulls_reviews(p_repository_id BIGINT, p_numbers BIGINT[]) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_present_items_of_pulls_reviews(p_repository_id BIGINT, p_numbers BIGINT[]) TO service_role;

CREATE OR REPLACE FUNCTION capture_present_runs(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.id)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT workflow_runs.id AS id 
FROM workflow_runs 
WHERE workflow_runs.repository_id = p_repository_id AND workflow_runs.created_at BETWEEN p_created_from AND p_created_to AND workflow_runs.gone_at IS NULL) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_present_runs(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_present_runs(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_present_runs(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE) TO service_role;

CREATE OR REPLACE FUNCTION capture_pull_of_number(p_repository_id BIGINT, p_number BIGINT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.id, answer.repository_id, answer.captured_at, answer.number, answer.title, answer.state, answer.draft, answer.merged, answer.author_login, answer.base_ref, answer.head_ref, answer.head_sha, answer.head_repository_id, answer.additions, answer.deletions, answer.changed_files, answer.created_at, answer.updated_at, answer.closed_at, answer.merged_at, answer.gone_at, answer.node_id)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT pull_requests.id AS id, pull_requests.repository_id AS repository_id, pull_requests.captured_at AS captured_at, pull_requests.number AS number, pull_requests.title AS title, pull_requests.state AS state, pull_requests.draft AS draft, pull_requests.merged AS merged, pull_requests.author_login AS author_login, pull_requests.base_ref AS base_ref, pull_requests.head_ref AS head_ref, pull_requests.head_sha AS head_sha, pull_requests.head_repository_id AS head_repository_id, pull_requests.additions AS additions, pull_requests.deletions AS deletions, pull_requests.changed_files AS changed_files, pull_requests.created_at AS created_at, pull_requests.updated_at AS updated_at, pull_requests.closed_at AS closed_at, pull_requests.merged_at AS merged_at, pull_requests.gone_at AS gone_at, pull_requests.node_id AS node_id 
FROM pull_requests 
WHERE pull_requests.repository_id = p_repository_id AND pull_requests.number = p_number ORDER BY pull_requests.id DESC 
 LIMIT 1) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_pull_of_number(p_repository_id BIGINT, p_number BIGINT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_pull_of_number(p_repository_id BIGINT, p_number BIGINT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_pull_of_number(p_repository_id BIGINT, p_number BIGINT) TO service_role;

CREATE OR REPLACE FUNCTION capture_pulls_with_unknown_renames(p_repository_id BIGINT, p_before BIGINT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.pull_request_number)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT DISTINCT file_changes.pull_request_number AS pull_request_number 
FROM file_changes 
WHERE file_changes.repository_id = p_repository_id AND status IN ('renamed', 'copied') AND previous_path IS NULL AND NOT (EXISTS (SELECT * 
FROM pull_request_coverage 
WHERE pull_request_coverage.repository_id = p_repository_id AND pull_request_coverage.pull_request_number = file_changes.pull_request_number AND pull_request_coverage.part = 'file_changes' AND substr(pull_request_coverage.reason, 1, 4) = 'REST')) AND NOT (EXISTS (SELECT * 
FROM pull_requests 
WHERE pull_requests.repository_id = p_repository_id AND pull_requests.number = file_changes.pull_request_number AND pull_requests.gone_at IS NOT NULL)) AND (p_before IS NULL OR file_changes.pull_request_number < p_before) ORDER BY file_changes.pull_request_number DESC 
 LIMIT 500) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_pulls_with_unknown_renames(p_repository_id BIGINT, p_before BIGINT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_pulls_with_unknown_renames(p_repository_id BIGINT, p_before BIGINT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_pulls_with_unknown_renames(p_repository_id BIGINT, p_before BIGINT) TO service_role;

CREATE OR REPLACE FUNCTION capture_pulls_without_part_file_changes_dated(p_repository_id BIGINT, p_updated_from TIMESTAMP WITH TIME ZONE, p_updated_to TIMESTAMP WITH TIME ZONE, p_before_time TIMESTAMP WITH TIME ZONE, p_before_id BIGINT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.pull_request_id, answer.node_id, answer.number, answer.updated_at, answer.head_sha, answer.changed_files)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT pull_requests.id AS pull_request_id, pull_requests.node_id AS node_id, pull_requests.number AS number, pull_requests.updated_at AS updated_at, pull_requests.head_sha AS head_sha, pull_requests.changed_files AS changed_files 
FROM pull_requests LEFT OUTER JOIN pull_request_coverage ON pull_request_coverage.repository_id = pull_requests.repository_id AND pull_request_coverage.pull_request_number = pull_requests.number AND pull_request_coverage.part = 'file_changes' 
WHERE pull_requests.repository_id = p_repository_id AND pull_requests.gone_at IS NULL AND (pull_request_coverage.part IS NULL OR pull_request_coverage.head_sha IS DISTINCT FROM pull_requests.head_sha) AND (p_updated_from IS NULL OR pull_requests.updated_at >= p_updated_from) AND (p_updated_to IS NULL OR pull_requests.updated_at <= p_updated_to) AND pull_requests.updated_at IS NOT NULL AND (p_before_id IS NULL OR pull_requests.updated_at <= p_before_time AND (pull_requests.updated_at < p_before_time OR pull_requests.id < p_before_id)) ORDER BY pull_requests.updated_at DESC, pull_requests.id DESC 
 LIMIT 500) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_pulls_without_part_file_changes_dated(p_repository_id BIGINT, p_updated_from TIMESTAMP WITH TIME ZONE, p_updated_to TIMESTAMP WITH TIME ZONE, p_before_time TIMESTAMP WITH TIME ZONE, p_before_id BIGINT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_pulls_without_part_file_changes_dated(p_repository_id BIGINT, p_updated_from TIMESTAMP WITH TIME ZONE, p_updated_to TIMESTAMP WITH TIME ZONE, p_before_time TIMESTAMP WITH TIME ZONE, p_before_id BIGINT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_pulls_without_part_file_changes_dated(p_repository_id BIGINT, p_updated_from TIMESTAMP WITH TIME ZONE, p_updated_to TIMESTAMP WITH TIME ZONE, p_before_time TIMESTAMP WITH TIME ZONE, p_before_id BIGINT) TO service_role;

CREATE OR REPLACE FUNCTION capture_pulls_without_part_file_changes_not_dated(p_repository_id BIGINT, p_updated_from TIMESTAMP WITH TIME ZONE, p_updated_to TIMESTAMP WITH TIME ZONE, p_before_time TIMESTAMP WITH TIME ZONE, p_before_id BIGINT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.pull_request_id, answer.node_id, answer.number, answer.updated_at, answer.head_sha, answer.changed_files)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT pull_requests.id AS pull_request_id, pull_requests.node_id AS node_id, pull_requests.number AS number, pull_requests.updated_at AS updated_at, pull_requests.head_sha AS head_sha, pull_requests.changed_files AS changed_files 
FROM pull_requests LEFT OUTER JOIN pull_request_coverage ON pull_request_coverage.repository_id = pull_requests.repository_id AND pull_request_coverage.pull_request_number = pull_requests.number AND pull_request_coverage.part = 'file_changes' 
WHERE pull_requests.repository_id = p_repository_id AND pull_requests.gone_at IS NULL AND (pull_request_coverage.part IS NULL OR pull_request_coverage.head_sha IS DISTINCT FROM pull_requests.head_sha) AND (p_updated_from IS NULL OR pull_requests.updated_at >= p_updated_from) AND (p_updated_to IS NULL OR pull_requests.updated_at <= p_updated_to) AND pull_requests.updated_at IS NULL AND (p_before_id IS NULL OR pull_requests.id < p_before_id) ORDER BY pull_requests.updated_at DESC, pull_requests.id DESC 
 LIMIT 500) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_pulls_without_part_file_changes_not_dated(p_repository_id BIGINT, p_updated_from TIMESTAMP WITH TIME ZONE, p_updated_to TIMESTAMP WITH TIME ZONE, p_before_time TIMESTAMP WITH TIME ZONE, p_before_id BIGINT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_pulls_without_part_file_changes_not_dated(p_repository_id BIGINT, p_updated_from TIMESTAMP WITH TIME ZONE, p_updated_to TIMESTAMP WITH TIME ZONE, p_before_time TIMESTAMP WITH TIME ZONE, p_before_id BIGINT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_pulls_without_part_file_changes_not_dated(p_repository_id BIGINT, p_updated_from TIMESTAMP WITH TIME ZONE, p_updated_to TIMESTAMP WITH TIME ZONE, p_before_time TIMESTAMP WITH TIME ZONE, p_before_id BIGINT) TO service_role;

CREATE OR REPLACE FUNCTION capture_pulls_without_part_issue_comments_dated(p_repository_id BIGINT, p_updated_from TIMESTAMP WITH TIME ZONE, p_updated_to TIMESTAMP WITH TIME ZONE, p_before_time TIMESTAMP WITH TIME ZONE, p_before_id BIGINT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.pull_request_id, answer.node_id, answer.number, answer.updated_at, answer.head_sha, answer.changed_files)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT pull_requests.id AS pull_request_id, pull_requests.node_id AS node_id, pull_requests.number AS number, pull_requests.updated_at AS updated_at, pull_requests.head_sha AS head_sha, pull_requests.changed_files AS changed_files 
FROM pull_requests LEFT OUTER JOIN pull_request_coverage ON pull_request_coverage.repository_id = pull_requests.repository_id AND pull_request_coverage.pull_request_number = pull_requests.number AND pull_request_coverage.part = 'issue_comments' 
WHERE pull_requests.repository_id = p_repository_id AND pull_requests.gone_at IS NULL AND (pull_request_coverage.part IS NULL OR pull_request_coverage.pull_request_updated_at IS DISTINCT FROM pull_requests.updated_at) AND (p_updated_from IS NULL OR pull_requests.updated_at >= p_updated_from) AND (p_updated_to IS NULL OR pull_requests.updated_at <= p_updated_to) AND pull_requests.updated_at IS NOT NULL AND (p_before_id IS NULL OR pull_requests.updated_at <= p_before_time AND (pull_requests.updated_at < p_before_time OR pull_requests.id < p_before_id)) ORDER BY pull_requests.updated_at DESC, pull_requests.id DESC 
 LIMIT 500) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_pulls_without_part_issue_comments_dated(p_repository_id BIGINT, p_updated_from TIMESTAMP WITH TIME ZONE, p_updated_to TIMESTAMP WITH TIME ZONE, p_before_time TIMESTAMP WITH TIME ZONE, p_before_id BIGINT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_pulls_without_part_issue_comments_dated(p_repository_id BIGINT, p_updated_from TIMESTAMP WITH TIME ZONE, p_updated_to TIMESTAMP WITH TIME ZONE, p_before_time TIMESTAMP WITH TIME ZONE, p_before_id BIGINT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_pulls_without_part_issue_comments_dated(p_repository_id BIGINT, p_updated_from TIMESTAMP WITH TIME ZONE, p_updated_to TIMESTAMP WITH TIME ZONE, p_before_time TIMESTAMP WITH TIME ZONE, p_before_id BIGINT) TO service_role;

CREATE OR REPLACE FUNCTION capture_pulls_without_part_issue_comments_not_dated(p_repository_id BIGINT, p_updated_from TIMESTAMP WITH TIME ZONE, p_updated_to TIMESTAMP WITH TIME ZONE, p_before_time TIMESTAMP WITH TIME ZONE, p_before_id BIGINT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.pull_request_id, answer.node_id, answer.number, answer.updated_at, answer.head_sha, answer.changed_files)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT pull_requests.id AS pull_request_id, pull_requests.node_id AS node_id, pull_requests.number AS number, pull_requests.updated_at AS updated_at, pull_requests.head_sha AS head_sha, pull_requests.changed_files AS changed_files 
FROM pull_requests LEFT OUTER JOIN pull_request_coverage ON pull_request_coverage.repository_id = pull_requests.repository_id AND pull_request_coverage.pull_request_number = pull_requests.number AND pull_request_coverage.part = 'issue_comments' 
WHERE pull_requests.repository_id = p_repository_id AND pull_requests.gone_at IS NULL AND (pull_request_coverage.part IS NULL OR pull_request_coverage.pull_request_updated_at IS DISTINCT FROM pull_requests.updated_at) AND (p_updated_from IS NULL OR pull_requests.updated_at >= p_updated_from) AND (p_updated_to IS NULL OR pull_requests.updated_at <= p_updated_to) AND pull_requests.updated_at IS NULL AND (p_before_id IS NULL OR pull_requests.id < p_before_id) ORDER BY pull_requests.updated_at DESC, pull_requests.id DESC 
 LIMIT 500) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_pulls_without_part_issue_comments_not_dated(p_repository_id BIGINT, p_updated_from TIMESTAMP WITH TIME ZONE, p_updated_to TIMESTAMP WITH TIME ZONE, p_before_time TIMESTAMP WITH TIME ZONE, p_before_id BIGINT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_pulls_without_part_issue_comments_not_dated(p_repository_id BIGINT, p_updated_from TIMESTAMP WITH TIME ZONE, p_updated_to TIMESTAMP WITH TIME ZONE, p_before_time TIMESTAMP WITH TIME ZONE, p_before_id BIGINT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_pulls_without_part_issue_comments_not_dated(p_repository_id BIGINT, p_updated_from TIMESTAMP WITH TIME ZONE, p_updated_to TIMESTAMP WITH TIME ZONE, p_before_time TIMESTAMP WITH TIME ZONE, p_before_id BIGINT) TO service_role;

CREATE OR REPLACE FUNCTION capture_pulls_without_part_review_comments_dated(p_repository_id BIGINT, p_updated_from TIMESTAMP WITH TIME ZONE, p_updated_to TIMESTAMP WITH TIME ZONE, p_before_time TIMESTAMP WITH TIME ZONE, p_before_id BIGINT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.pull_request_id, answer.node_id, answer.number, answer.updated_at, answer.head_sha, answer.changed_files)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT pull_requests.id AS pull_request_id, pull_requests.node_id AS node_id, pull_requests.number AS number, pull_requests.updated_at AS updated_at, pull_requests.head_sha AS head_sha, pull_requests.changed_files AS changed_files 
FROM pull_requests LEFT OUTER JOIN pull_request_coverage ON pull_request_coverage.repository_id = pull_requests.repository_id AND pull_request_coverage.pull_request_number = pull_requests.number AND pull_request_coverage.part = 'review_comments' 
WHERE pull_requests.repository_id = p_repository_id AND pull_requests.gone_at IS NULL AND (pull_request_coverage.part IS NULL OR pull_request_coverage.pull_request_updated_at IS DISTINCT FROM pull_requests.updated_at) AND (p_updated_from IS NULL OR pull_requests.updated_at >= p_updated_from) AND (p_updated_to IS NULL OR pull_requests.updated_at <= p_updated_to) AND pull_requests.updated_at IS NOT NULL AND (p_before_id IS NULL OR pull_requests.updated_at <= p_before_time AND (pull_requests.updated_at < p_before_time OR pull_requests.id < p_before_id)) ORDER BY pull_requests.updated_at DESC, pull_requests.id DESC 
 LIMIT 500) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_pulls_without_part_review_comments_dated(p_repository_id BIGINT, p_updated_from TIMESTAMP WITH TIME ZONE, p_updated_to TIMESTAMP WITH TIME ZONE, p_before_time TIMESTAMP WITH TIME ZONE, p_before_id BIGINT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_pulls_without_part_review_comments_dated(p_repository_id BIGINT, p_updated_from TIMESTAMP WITH TIME ZONE, p_updated_to TIMESTAMP WITH TIME ZONE, p_before_time TIMESTAMP WITH TIME ZONE, p_before_id BIGINT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_pulls_without_part_review_comments_dated(p_repository_id BIGINT, p_updated_from TIMESTAMP WITH TIME ZONE, p_updated_to TIMESTAMP WITH TIME ZONE, p_before_time TIMESTAMP WITH TIME ZONE, p_before_id BIGINT) TO service_role;

CREATE OR REPLACE FUNCTION capture_pulls_without_part_review_comments_not_dated(p_repository_id BIGINT, p_updated_from TIMESTAMP WITH TIME ZONE, p_updated_to TIMESTAMP WITH TIME ZONE, p_before_time TIMESTAMP WITH TIME ZONE, p_before_id BIGINT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.pull_request_id, answer.node_id, answer.number, answer.updated_at, answer.head_sha, answer.changed_files)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT pull_requests.id AS pull_request_id, pull_requests.node_id AS node_id, pull_requests.number AS number, pull_requests.updated_at AS updated_at, pull_requests.head_sha AS head_sha, pull_requests.changed_files AS changed_files 
FROM pull_requests LEFT OUTER JOIN pull_request_coverage ON pull_request_coverage.repository_id = pull_requests.repository_id AND pull_request_coverage.pull_request_number = pull_requests.number AND pull_request_coverage.part = 'review_comments' 
WHERE pull_requests.repository_id = p_repository_id AND pull_requests.gone_at IS NULL AND (pull_request_coverage.part IS NULL OR pull_request_coverage.pull_request_updated_at IS DISTINCT FROM pull_requests.updated_at) AND (p_updated_from IS NULL OR pull_requests.updated_at >= p_updated_from) AND (p_updated_to IS NULL OR pull_requests.updated_at <= p_updated_to) AND pull_requests.updated_at IS NULL AND (p_before_id IS NULL OR pull_requests.id < p_before_id) ORDER BY pull_requests.updated_at DESC, pull_requests.id DESC 
 LIMIT 500) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_pulls_without_part_review_comments_not_dated(p_repository_id BIGINT, p_updated_from TIMESTAMP WITH TIME ZONE, p_updated_to TIMESTAMP WITH TIME ZONE, p_before_time TIMESTAMP WITH TIME ZONE, p_before_id BIGINT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_pulls_without_part_review_comments_not_dated(p_repository_id BIGINT, p_updated_from TIMESTAMP WITH TIME ZONE, p_updated_to TIMESTAMP WITH TIME ZONE, p_before_time TIMESTAMP WITH TIME ZONE, p_before_id BIGINT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_pulls_without_part_review_comments_not_dated(p_repository_id BIGINT, p_updated_from TIMESTAMP WITH TIME ZONE, p_updated_to TIMESTAMP WITH TIME ZONE, p_before_time TIMESTAMP WITH TIME ZONE, p_before_id BIGINT) TO service_role;

CREATE OR REPLACE FUNCTION capture_pulls_without_part_reviews_dated(p_repository_id BIGINT, p_updated_from TIMESTAMP WITH TIME ZONE, p_updated_to TIMESTAMP WITH TIME ZONE, p_before_time TIMESTAMP WITH TIME ZONE, p_before_id BIGINT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.pull_request_id, answer.node_id, answer.number, answer.updated_at, answer.head_sha, answer.changed_files)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT pull_requests.id AS pull_request_id, pull_requests.node_id AS node_id, pull_requests.number AS number, pull_requests.updated_at AS updated_at, pull_requests.head_sha AS head_sha, pull_requests.changed_files AS changed_files 
FROM pull_requests LEFT OUTER JOIN pull_request_coverage ON pull_request_coverage.repository_id = pull_requests.repository_id AND pull_request_coverage.pull_request_number = pull_requests.number AND pull_request_coverage.part = 'reviews' 
WHERE pull_requests.repository_id = p_repository_id AND pull_requests.gone_at IS NULL AND (pull_request_coverage.part IS NULL OR pull_request_coverage.pull_request_updated_at IS DISTINCT FROM pull_requests.updated_at) AND (p_updated_from IS NULL OR pull_requests.updated_at >= p_updated_from) AND (p_updated_to IS NULL OR pull_requests.updated_at <= p_updated_to) AND pull_requests.updated_at IS NOT NULL AND (p_before_id IS NULL OR pull_requests.updated_at <= p_before_time AND (pull_requests.updated_at < p_before_time OR pull_requests.id < p_before_id)) ORDER BY pull_requests.updated_at DESC, pull_requests.id DESC 
 LIMIT 500) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_pulls_without_part_reviews_dated(p_repository_id BIGINT, p_updated_from TIMESTAMP WITH TIME ZONE, p_updated_to TIMESTAMP WITH TIME ZONE, p_before_time TIMESTAMP WITH TIME ZONE, p_before_id BIGINT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_pulls_without_part_reviews_dated(p_repository_id BIGINT, p_updated_from TIMESTAMP WITH TIME ZONE, p_updated_to TIMESTAMP WITH TIME ZONE, p_before_time TIMESTAMP WITH TIME ZONE, p_before_id BIGINT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_pulls_without_part_reviews_dated(p_repository_id BIGINT, p_updated_from TIMESTAMP WITH TIME ZONE, p_updated_to TIMESTAMP WITH TIME ZONE, p_before_time TIMESTAMP WITH TIME ZONE, p_before_id BIGINT) TO service_role;

CREATE OR REPLACE FUNCTION capture_pulls_without_part_reviews_not_dated(p_repository_id BIGINT, p_updated_from TIMESTAMP WITH TIME ZONE, p_updated_to TIMESTAMP WITH TIME ZONE, p_before_time TIMESTAMP WITH TIME ZONE, p_before_id BIGINT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.pull_request_id, answer.node_id, answer.number, answer.updated_at, answer.head_sha, answer.changed_files)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT pull_requests.id AS pull_request_id, pull_requests.node_id AS node_id, pull_requests.number AS number, pull_requests.updated_at AS updated_at, pull_requests.head_sha AS head_sha, pull_requests.changed_files AS changed_files 
FROM pull_requests LEFT OUTER JOIN pull_request_coverage ON pull_request_coverage.repository_id = pull_requests.repository_id AND pull_request_coverage.pull_request_number = pull_requests.number AND pull_request_coverage.part = 'reviews' 
WHERE pull_requests.repository_id = p_repository_id AND pull_requests.gone_at IS NULL AND (pull_request_coverage.part IS NULL OR pull_request_coverage.pull_request_updated_at IS DISTINCT FROM pull_requests.updated_at) AND (p_updated_from IS NULL OR pull_requests.updated_at >= p_updated_from) AND (p_updated_to IS NULL OR pull_requests.updated_at <= p_updated_to) AND pull_requests.updated_at IS NULL AND (p_before_id IS NULL OR pull_requests.id < p_before_id) ORDER BY pull_requests.updated_at DESC, pull_requests.id DESC 
 LIMIT 500) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_pulls_without_part_reviews_not_dated(p_repository_id BIGINT, p_updated_from TIMESTAMP WITH TIME ZONE, p_updated_to TIMESTAMP WITH TIME ZONE, p_before_time TIMESTAMP WITH TIME ZONE, p_before_id BIGINT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_pulls_without_part_reviews_not_dated(p_repository_id BIGINT, p_updated_from TIMESTAMP WITH TIME ZONE, p_updated_to TIMESTAMP WITH TIME ZONE, p_before_time TIMESTAMP WITH TIME ZONE, p_before_id BIGINT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_pulls_without_part_reviews_not_dated(p_repository_id BIGINT, p_updated_from TIMESTAMP WITH TIME ZONE, p_updated_to TIMESTAMP WITH TIME ZONE, p_before_time TIMESTAMP WITH TIME ZONE, p_before_id BIGINT) TO service_role;

CREATE OR REPLACE FUNCTION capture_readings_of_artifacts(p_artifact_ids BIGINT[]) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.artifact_id, answer.files, answer.read_at)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT artifact_files.artifact_id AS artifact_id, count(*) AS files, max(artifact_files.captured_at) AS read_at 
FROM artifact_files 
WHERE artifact_files.artifact_id = ANY (p_artifact_ids) GROUP BY artifact_files.artifact_id) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_readings_of_artifacts(p_artifact_ids BIGINT[]) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_readings_of_artifacts(p_artifact_ids BIGINT[]) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_readings_of_artifacts(p_artifact_ids BIGINT[]) TO service_role;

CREATE OR REPLACE FUNCTION capture_reasons_of_files(p_files JSONB) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.artifact_id, answer.position, answer.reason)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT artifact_files.artifact_id AS artifact_id, artifact_files.position AS position, artifact_files.reason AS reason 
FROM artifact_files 
WHERE (artifact_files.artifact_id, artifact_files.position) IN (SELECT given_files.artifact_id, given_files.position 
FROM jsonb_to_recordset(p_files) AS given_files(artifact_id BIGINT, position BIGINT))) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_reasons_of_files(p_files JSONB) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_reasons_of_files(p_files JSONB) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_reasons_of_files(p_files JSONB) TO service_role;

CREATE OR REPLACE FUNCTION capture_removable_artifacts(p_older_than TIMESTAMP WITH TIME ZONE, p_repository_id BIGINT, p_after BIGINT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.id)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT artifacts.id AS id 
FROM artifacts 
WHERE (p_repository_id IS NULL OR artifacts.repository_id = p_repository_id) AND artifacts.content_status IN ('stored', 'skipped') AND coalesce(artifacts.created_at, artifacts.captured_at) < p_older_than AND (EXISTS (SELECT * 
FROM artifact_files 
WHERE artifact_files.artifact_id = artifacts.id AND (artifact_files.storage_key IS NOT NULL OR artifact_files.status = 'removed'))) AND (p_after IS NULL OR artifacts.id > p_after) ORDER BY artifacts.id 
 LIMIT 500) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_removable_artifacts(p_older_than TIMESTAMP WITH TIME ZONE, p_repository_id BIGINT, p_after BIGINT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_removable_artifacts(p_older_than TIMESTAMP WITH TIME ZONE, p_repository_id BIGINT, p_after BIGINT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_removable_artifacts(p_older_than TIMESTAMP WITH TIME ZONE, p_repository_id BIGINT, p_after BIGINT) TO service_role;

CREATE OR REPLACE FUNCTION capture_removable_keys(p_older_than TIMESTAMP WITH TIME ZONE, p_repository_id BIGINT, p_after TEXT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.storage_key, answer.size_bytes)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT artifact_files.storage_key AS storage_key, max(artifact_files.size_bytes) AS size_bytes 
FROM artifact_files 
WHERE artifact_files.storage_key IS NOT NULL AND NOT (EXISTS (SELECT * 
FROM artifact_files AS other 
WHERE other.storage_key = artifact_files.storage_key AND NOT (EXISTS (SELECT * 
FROM artifacts 
WHERE artifacts.id = other.artifact_id AND (p_repository_id IS NULL OR artifacts.repository_id = p_repository_id) AND artifacts.content_status IN ('stored', 'skipped') AND coalesce(artifacts.created_at, artifacts.captured_at) < p_older_than)))) AND (p_after IS NULL OR artifact_files.storage_key > p_after) GROUP BY artifact_files.storage_key ORDER BY artifact_files.storage_key 
 LIMIT 500) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_removable_keys(p_older_than TIMESTAMP WITH TIME ZONE, p_repository_id BIGINT, p_after TEXT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_removable_keys(p_older_than TIMESTAMP WITH TIME ZONE, p_repository_id BIGINT, p_after TEXT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_removable_keys(p_older_than TIMESTAMP WITH TIME ZONE, p_repository_id BIGINT, p_after TEXT) TO service_role;

CREATE OR REPLACE FUNCTION capture_repositories_by_name() RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.id, answer.captured_at, answer.full_name, answer.owner, answer.name, answer.private, answer.default_branch, answer.html_url)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT repositories.id AS id, repositories.captured_at AS captured_at, repositories.full_name AS full_name, repositories.owner AS owner, repositories.name AS name, repositories.private AS private, repositories.default_branch AS default_branch, repositories.html_url AS html_url 
FROM repositories ORDER BY lower(repositories.full_name), repositories.id) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_repositories_by_name() IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_repositories_by_name() FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_repositories_by_name() TO service_role;

CREATE OR REPLACE FUNCTION capture_reset_artifacts(p_repository_id BIGINT, p_statuses TEXT[]) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY INVOKER SET search_path = public, pg_temp
AS $function$
WITH changed AS 
(UPDATE artifacts SET content_status='pending', content_reason=NULL WHERE artifacts.repository_id = p_repository_id AND artifacts.content_status = ANY (p_statuses) AND artifacts.gone_at IS NULL RETURNING 1 AS one)
 SELECT jsonb_build_array(jsonb_build_array(count(*))) AS jsonb_build_array_1 
FROM changed
$function$;
COMMENT ON FUNCTION capture_reset_artifacts(p_repository_id BIGINT, p_statuses TEXT[]) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_reset_artifacts(p_repository_id BIGINT, p_statuses TEXT[]) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_reset_artifacts(p_repository_id BIGINT, p_statuses TEXT[]) TO service_role;

CREATE OR REPLACE FUNCTION capture_resolve_failed_items(p_items JSONB, p_at TIMESTAMP WITH TIME ZONE) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY INVOKER SET search_path = public, pg_temp
AS $function$
WITH changed AS 
(UPDATE capture_failures SET resolved_at=p_at WHERE capture_failures.resolved_at IS NULL AND capture_failures.captured_at <= p_at AND (capture_failures.kind, capture_failures.repository_id, capture_failures.item_key) IN (SELECT given_items.kind, given_items.repository_id, given_items.item_key 
FROM jsonb_to_recordset(p_items) AS given_items(kind TEXT, repository_id BIGINT, item_key TEXT)) RETURNING 1 AS one)
 SELECT jsonb_build_array(jsonb_build_array(count(*))) AS jsonb_build_array_1 
FROM changed
$function$;
COMMENT ON FUNCTION capture_resolve_failed_items(p_items JSONB, p_at TIMESTAMP WITH TIME ZONE) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_resolve_failed_items(p_items JSONB, p_at TIMESTAMP WITH TIME ZONE) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_resolve_failed_items(p_items JSONB, p_at TIMESTAMP WITH TIME ZONE) TO service_role;

CREATE OR REPLACE FUNCTION capture_resolve_items_later(p_items JSONB, p_at TIMESTAMP WITH TIME ZONE) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY INVOKER SET search_path = public, pg_temp
AS $function$
WITH changed AS 
(UPDATE capture_failures SET resolved_at=p_at WHERE (capture_failures.kind, capture_failures.repository_id, capture_failures.item_key) IN (SELECT given_items.kind, given_items.repository_id, given_items.item_key 
FROM jsonb_to_recordset(p_items) AS given_items(kind TEXT, repository_id BIGINT, item_key TEXT)) AND capture_failures.captured_at <= p_at AND (capture_failures.resolved_at IS NULL OR capture_failures.resolved_at < p_at) RETURNING 1 AS one)
 SELECT jsonb_build_array(jsonb_build_array(count(*))) AS jsonb_build_array_1 
FROM changed
$function$;
COMMENT ON FUNCTION capture_resolve_items_later(p_items JSONB, p_at TIMESTAMP WITH TIME ZONE) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_resolve_items_later(p_items JSONB, p_at TIMESTAMP WITH TIME ZONE) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_resolve_items_later(p_items JSONB, p_at TIMESTAMP WITH TIME ZONE) TO service_role;

CREATE OR REPLACE FUNCTION capture_runs_among(p_run_ids BIGINT[]) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.id)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT workflow_runs.id AS id 
FROM workflow_runs 
WHERE workflow_runs.id = ANY (p_run_ids)) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_runs_among(p_run_ids BIGINT[]) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_runs_among(p_run_ids BIGINT[]) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_runs_among(p_run_ids BIGINT[]) TO service_role;

CREATE OR REPLACE FUNCTION capture_runs_in_doubt(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT, p_before BIGINT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.run_id, answer.node_id, answer.run_attempt, answer.updated_at, answer.status, answer.workflow_name, answer.head_sha, answer.head_branch)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT workflow_runs.id AS run_id, workflow_runs.node_id AS node_id, workflow_runs.run_attempt AS run_attempt, workflow_runs.updated_at AS updated_at, workflow_runs.status AS status, workflow_runs.name AS workflow_name, workflow_runs.head_sha AS head_sha, workflow_runs.head_branch AS head_branch 
FROM workflow_runs 
WHERE workflow_runs.repository_id = p_repository_id AND workflow_runs.gone_at IS NULL AND (p_created_from IS NULL OR workflow_runs.created_at >= p_created_from) AND (p_created_to IS NULL OR workflow_runs.created_at <= p_created_to) AND (p_first_id IS NULL OR workflow_runs.id >= p_first_id) AND (p_last_id IS NULL OR workflow_runs.id <= p_last_id) AND (EXISTS (SELECT * 
FROM workflow_jobs 
WHERE workflow_jobs.run_id = workflow_runs.id AND workflow_jobs.conclusion IS DISTINCT FROM 'skipped' AND (workflow_jobs.steps IS NULL AND workflow_jobs.status IN ('in_progress', 'completed') OR workflow_jobs.source = 'graphql' AND workflow_jobs.steps = '[]'::jsonb AND workflow_jobs.status = 'completed' AND workflow_jobs.conclusion IS DISTINCT FROM 'cancelled'))) AND (p_before IS NULL OR workflow_runs.id < p_before) ORDER BY workflow_runs.id DESC 
 LIMIT 500) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_runs_in_doubt(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT, p_before BIGINT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_runs_in_doubt(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT, p_before BIGINT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_runs_in_doubt(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT, p_before BIGINT) TO service_role;

CREATE OR REPLACE FUNCTION capture_runs_not_completed(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.run_id, answer.status, answer.created_at)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT workflow_runs.id AS run_id, workflow_runs.status AS status, workflow_runs.created_at AS created_at 
FROM workflow_runs 
WHERE workflow_runs.repository_id = p_repository_id AND workflow_runs.gone_at IS NULL AND (p_created_from IS NULL OR workflow_runs.created_at >= p_created_from) AND (p_created_to IS NULL OR workflow_runs.created_at <= p_created_to) AND (p_first_id IS NULL OR workflow_runs.id >= p_first_id) AND (p_last_id IS NULL OR workflow_runs.id <= p_last_id) AND workflow_runs.status != 'completed' AND workflow_runs.created_at IS NOT NULL ORDER BY workflow_runs.id DESC) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_runs_not_completed(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_runs_not_completed(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_runs_not_completed(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT) TO service_role;

CREATE OR REPLACE FUNCTION capture_runs_short_of_attempts(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT, p_before BIGINT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.id, answer.run_attempt)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT workflow_runs.id AS id, workflow_runs.run_attempt AS run_attempt 
FROM workflow_runs 
WHERE workflow_runs.repository_id = p_repository_id AND workflow_runs.gone_at IS NULL AND (p_created_from IS NULL OR workflow_runs.created_at >= p_created_from) AND (p_created_to IS NULL OR workflow_runs.created_at <= p_created_to) AND (p_first_id IS NULL OR workflow_runs.id >= p_first_id) AND (p_last_id IS NULL OR workflow_runs.id <= p_last_id) AND workflow_runs.run_attempt > 1 AND (SELECT count(*) AS count_1 
FROM workflow_run_attempts 
WHERE workflow_run_attempts.run_id = workflow_runs.id AND workflow_run_attempts.run_attempt < workflow_runs.run_attempt AND workflow_run_attempts.status = 'completed') < workflow_runs.run_attempt - 1 AND (p_before IS NULL OR workflow_runs.id < p_before) ORDER BY workflow_runs.id DESC 
 LIMIT 500) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_runs_short_of_attempts(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT, p_before BIGINT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_runs_short_of_attempts(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT, p_before BIGINT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_runs_short_of_attempts(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT, p_before BIGINT) TO service_role;

CREATE OR REPLACE FUNCTION capture_runs_short_of_jobs(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT, p_after BIGINT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.run_id, answer.job_count, answer.stored_jobs)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT workflow_runs.id AS run_id, workflow_job_coverage.job_count AS job_count, (SELECT count(*) AS count_1 
FROM workflow_jobs 
WHERE workflow_jobs.run_id = workflow_runs.id) AS stored_jobs 
FROM workflow_runs JOIN workflow_job_coverage ON workflow_job_coverage.run_id = workflow_runs.id 
WHERE workflow_runs.repository_id = p_repository_id AND workflow_runs.created_at IS NOT NULL AND (p_created_from IS NULL OR workflow_runs.created_at >= p_created_from) AND (p_created_to IS NULL OR workflow_runs.created_at <= p_created_to) AND (p_first_id IS NULL OR workflow_runs.id >= p_first_id) AND (p_last_id IS NULL OR workflow_runs.id <= p_last_id) AND (SELECT count(*) AS count_1 
FROM workflow_jobs 
WHERE workflow_jobs.run_id = workflow_runs.id) < workflow_job_coverage.job_count AND (p_after IS NULL OR workflow_runs.id > p_after) ORDER BY workflow_runs.id 
 LIMIT 500) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_runs_short_of_jobs(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT, p_after BIGINT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_runs_short_of_jobs(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT, p_after BIGINT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_runs_short_of_jobs(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT, p_after BIGINT) TO service_role;

CREATE OR REPLACE FUNCTION capture_runs_without_jobs_full(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT, p_before BIGINT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.run_id, answer.node_id, answer.run_attempt, answer.updated_at, answer.status, answer.workflow_name, answer.head_sha, answer.head_branch)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT workflow_runs.id AS run_id, workflow_runs.node_id AS node_id, workflow_runs.run_attempt AS run_attempt, workflow_runs.updated_at AS updated_at, workflow_runs.status AS status, workflow_runs.name AS workflow_name, workflow_runs.head_sha AS head_sha, workflow_runs.head_branch AS head_branch 
FROM workflow_runs LEFT OUTER JOIN workflow_job_coverage ON workflow_job_coverage.run_id = workflow_runs.id 
WHERE workflow_runs.repository_id = p_repository_id AND workflow_runs.gone_at IS NULL AND (p_created_from IS NULL OR workflow_runs.created_at >= p_created_from) AND (p_created_to IS NULL OR workflow_runs.created_at <= p_created_to) AND (p_first_id IS NULL OR workflow_runs.id >= p_first_id) AND (p_last_id IS NULL OR workflow_runs.id <= p_last_id) AND (workflow_job_coverage.run_id IS NULL OR workflow_job_coverage.run_attempt IS DISTINCT FROM workflow_runs.run_attempt OR workflow_job_coverage.run_updated_at IS DISTINCT FROM workflow_runs.updated_at OR workflow_job_coverage.run_status IS DISTINCT FROM workflow_runs.status OR workflow_job_coverage.depth != 'full') AND (p_before IS NULL OR workflow_runs.id < p_before) ORDER BY workflow_runs.id DESC 
 LIMIT 500) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_runs_without_jobs_full(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT, p_before BIGINT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_runs_without_jobs_full(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT, p_before BIGINT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_runs_without_jobs_full(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT, p_before BIGINT) TO service_role;

CREATE OR REPLACE FUNCTION capture_runs_without_jobs_jobs(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT, p_before BIGINT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.run_id, answer.node_id, answer.run_attempt, answer.updated_at, answer.status, answer.workflow_name, answer.head_sha, answer.head_branch)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT workflow_runs.id AS run_id, workflow_runs.node_id AS node_id, workflow_runs.run_attempt AS run_attempt, workflow_runs.updated_at AS updated_at, workflow_runs.status AS status, workflow_runs.name AS workflow_name, workflow_runs.head_sha AS head_sha, workflow_runs.head_branch AS head_branch 
FROM workflow_runs LEFT OUTER JOIN workflow_job_coverage ON workflow_job_coverage.run_id = workflow_runs.id 
WHERE workflow_runs.repository_id = p_repository_id AND workflow_runs.gone_at IS NULL AND (p_created_from IS NULL OR workflow_runs.created_at >= p_created_from) AND (p_created_to IS NULL OR workflow_runs.created_at <= p_created_to) AND (p_first_id IS NULL OR workflow_runs.id >= p_first_id) AND (p_last_id IS NULL OR workflow_runs.id <= p_last_id) AND (workflow_job_coverage.run_id IS NULL OR workflow_job_coverage.run_attempt IS DISTINCT FROM workflow_runs.run_attempt OR workflow_job_coverage.run_updated_at IS DISTINCT FROM workflow_runs.updated_at OR workflow_job_coverage.run_status IS DISTINCT FROM workflow_runs.status OR false) AND (p_before IS NULL OR workflow_runs.id < p_before) ORDER BY workflow_runs.id DESC 
 LIMIT 500) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_runs_without_jobs_jobs(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT, p_before BIGINT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_runs_without_jobs_jobs(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT, p_before BIGINT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_runs_without_jobs_jobs(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT, p_before BIGINT) TO service_role;

CREATE OR REPLACE FUNCTION capture_runs_without_jobs_steps(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT, p_before BIGINT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.run_id, answer.node_id, answer.run_attempt, answer.updated_at, answer.status, answer.workflow_name, answer.head_sha, answer.head_branch)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT workflow_runs.id AS run_id, workflow_runs.node_id AS node_id, workflow_runs.run_attempt AS run_attempt, workflow_runs.updated_at AS updated_at, workflow_runs.status AS status, workflow_runs.name AS workflow_name, workflow_runs.head_sha AS head_sha, workflow_runs.head_branch AS head_branch 
FROM workflow_runs LEFT OUTER JOIN workflow_job_coverage ON workflow_job_coverage.run_id = workflow_runs.id 
WHERE workflow_runs.repository_id = p_repository_id AND workflow_runs.gone_at IS NULL AND (p_created_from IS NULL OR workflow_runs.created_at >= p_created_from) AND (p_created_to IS NULL OR workflow_runs.created_at <= p_created_to) AND (p_first_id IS NULL OR workflow_runs.id >= p_first_id) AND (p_last_id IS NULL OR workflow_runs.id <= p_last_id) AND (workflow_job_coverage.run_id IS NULL OR workflow_job_coverage.run_attempt IS DISTINCT FROM workflow_runs.run_attempt OR workflow_job_coverage.run_updated_at IS DISTINCT FROM workflow_runs.updated_at OR workflow_job_coverage.run_status IS DISTINCT FROM workflow_runs.status OR workflow_job_coverage.depth != 'full' AND coalesce(workflow_runs.run_attempt, 1) > 1) AND (p_before IS NULL OR workflow_runs.id < p_before) ORDER BY workflow_runs.id DESC 
 LIMIT 500) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_runs_without_jobs_steps(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT, p_before BIGINT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_runs_without_jobs_steps(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT, p_before BIGINT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_runs_without_jobs_steps(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT, p_before BIGINT) TO service_role;

CREATE OR REPLACE FUNCTION capture_set_attempt_of_artifacts(p_ids BIGINT[], p_attempt BIGINT, p_inferred BOOLEAN) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY INVOKER SET search_path = public, pg_temp
AS $function$
WITH answer AS 
(UPDATE artifacts SET run_attempt=p_attempt, run_attempt_inferred=p_inferred WHERE artifacts.id = ANY (p_ids) AND (artifacts.run_attempt IS DISTINCT FROM p_attempt OR artifacts.run_attempt_inferred IS DISTINCT FROM p_inferred) RETURNING artifacts.id)
 SELECT coalesce(jsonb_agg(jsonb_build_array(answer.id)), '[]'::jsonb) AS coalesce_1 
FROM answer
$function$;
COMMENT ON FUNCTION capture_set_attempt_of_artifacts(p_ids BIGINT[], p_attempt BIGINT, p_inferred BOOLEAN) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_set_attempt_of_artifacts(p_ids BIGINT[], p_attempt BIGINT, p_inferred BOOLEAN) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_set_attempt_of_artifacts(p_ids BIGINT[], p_attempt BIGINT, p_inferred BOOLEAN) TO service_role;

CREATE OR REPLACE FUNCTION capture_set_attempt_of_results(p_artifact_ids BIGINT[], p_attempt BIGINT) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY INVOKER SET search_path = public, pg_temp
AS $function$
WITH changed AS 
(UPDATE test_results SET run_attempt=p_attempt WHERE test_results.artifact_id = ANY (p_artifact_ids) AND test_results.run_attempt IS DISTINCT FROM p_attempt RETURNING 1 AS one)
 SELECT jsonb_build_array(jsonb_build_array(count(*))) AS jsonb_build_array_1 
FROM changed
$function$;
COMMENT ON FUNCTION capture_set_attempt_of_results(p_artifact_ids BIGINT[], p_attempt BIGINT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_set_attempt_of_results(p_artifact_ids BIGINT[], p_attempt BIGINT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_set_attempt_of_results(p_artifact_ids BIGINT[], p_attempt BIGINT) TO service_role;

CREATE OR REPLACE FUNCTION capture_settle_artifacts(p_ids BIGINT[], p_status TEXT, p_reason TEXT) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY INVOKER SET search_path = public, pg_temp
AS $function$
WITH answer AS 
(UPDATE artifacts SET content_status=p_status, content_reason=p_reason WHERE artifacts.id = ANY (p_ids) AND (artifacts.content_status IS DISTINCT FROM p_status OR artifacts.content_reason IS DISTINCT FROM p_reason) RETURNING artifacts.id)
 SELECT coalesce(jsonb_agg(jsonb_build_array(answer.id)), '[]'::jsonb) AS coalesce_1 
FROM answer
$function$;
COMMENT ON FUNCTION capture_settle_artifacts(p_ids BIGINT[], p_status TEXT, p_reason TEXT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_settle_artifacts(p_ids BIGINT[], p_status TEXT, p_reason TEXT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_settle_artifacts(p_ids BIGINT[], p_status TEXT, p_reason TEXT) TO service_role;

CREATE OR REPLACE FUNCTION capture_silent_capture_jobs(p_before TIMESTAMP WITH TIME ZONE, p_most BIGINT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.id, answer.kind, answer.repository, answer.status, answer.outcome, answer.processor, answer.route_reason, answer.parameters, answer.request_key, answer.priority, answer.parent_id, answer.chunk_index, answer.chunk_count, answer.total_items, answer.processed_items, answer.failed_items, answer.attempt, answer.max_attempts, answer.next_attempt_at, answer.heartbeat_at, answer.claimed_by, answer.resume_at, answer.handovers, answer.error, answer.dispatch_nonce, answer.dispatched_at, answer.workflow_run_id, answer.workflow_run_url, answer.rest_requests, answer.graphql_points, answer.runner_minutes, answer.cost_usd, answer.created_at, answer.started_at, answer.updated_at, answer.finished_at)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT progressive_capture_jobs.id AS id, progressive_capture_jobs.kind AS kind, progressive_capture_jobs.repository AS repository, progressive_capture_jobs.status AS status, progressive_capture_jobs.outcome AS outcome, progressive_capture_jobs.processor AS processor, progressive_capture_jobs.route_reason AS route_reason, progressive_capture_jobs.parameters AS parameters, progressive_capture_jobs.request_key AS request_key, progressive_capture_jobs.priority AS priority, progressive_capture_jobs.parent_id AS parent_id, progressive_capture_jobs.chunk_index AS chunk_index, progressive_capture_jobs.chunk_count AS chunk_count, progressive_capture_jobs.total_items AS total_items, progressive_capture_jobs.processed_items AS processed_items, progressive_capture_jobs.failed_items AS failed_items, progressive_capture_jobs.attempt AS attempt, progressive_capture_jobs.max_attempts AS max_attempts, progressive_capture_jobs.next_attempt_at AS next_attempt_at, progressive_capture_jobs.heartbeat_at AS heartbeat_at, progressive_capture_jobs.claimed_by AS claimed_by, progressive_capture_jobs.resume_at AS resume_at, progressive_capture_jobs.handovers AS handovers, progressive_capture_jobs.error AS error, progressive_capture_jobs.dispatch_nonce AS dispatch_nonce, progressive_capture_jobs.dispatched_at AS dispatched_at, progressive_capture_jobs.workflow_run_id AS workflow_run_id, progressive_capture_jobs.workflow_run_url AS workflow_run_url, progressive_capture_jobs.rest_requests AS rest_requests, progressive_capture_jobs.graphql_points AS graphql_points, progressive_capture_jobs.runner_minutes AS runner_minutes, progressive_capture_jobs.cost_usd AS cost_usd, progressive_capture_jobs.created_at AS created_at, progressive_capture_jobs.started_at AS started_at, progressive_capture_jobs.updated_at AS updated_at, progressive_capture_jobs.finished_at AS finished_at 
FROM progressive_capture_jobs 
WHERE status = 'running' AND (progressive_capture_jobs.heartbeat_at IS NULL OR progressive_capture_jobs.heartbeat_at < p_before) ORDER BY progressive_capture_jobs.heartbeat_at ASC NULLS FIRST, progressive_capture_jobs.id 
 LIMIT p_most) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_silent_capture_jobs(p_before TIMESTAMP WITH TIME ZONE, p_most BIGINT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_silent_capture_jobs(p_before TIMESTAMP WITH TIME ZONE, p_most BIGINT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_silent_capture_jobs(p_before TIMESTAMP WITH TIME ZONE, p_most BIGINT) TO service_role;

CREATE OR REPLACE FUNCTION capture_starts_of_attempts(p_run_ids BIGINT[]) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.run_id, answer.run_attempt, answer.run_started_at)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT workflow_run_attempts.run_id AS run_id, workflow_run_attempts.run_attempt AS run_attempt, workflow_run_attempts.run_started_at AS run_started_at 
FROM workflow_run_attempts 
WHERE workflow_run_attempts.run_id = ANY (p_run_ids) AND workflow_run_attempts.run_started_at IS NOT NULL) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_starts_of_attempts(p_run_ids BIGINT[]) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_starts_of_attempts(p_run_ids BIGINT[]) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_starts_of_attempts(p_run_ids BIGINT[]) TO service_role;

CREATE OR REPLACE FUNCTION capture_states_of_artifacts(p_ids BIGINT[]) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.id, answer.content_status, answer.content_reason, answer.run_attempt, answer.run_attempt_inferred, answer.gone_at, answer.expired)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT artifacts.id AS id, artifacts.content_status AS content_status, artifacts.content_reason AS content_reason, artifacts.run_attempt AS run_attempt, artifacts.run_attempt_inferred AS run_attempt_inferred, artifacts.gone_at AS gone_at, artifacts.expired AS expired 
FROM artifacts 
WHERE artifacts.id = ANY (p_ids)) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_states_of_artifacts(p_ids BIGINT[]) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_states_of_artifacts(p_ids BIGINT[]) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_states_of_artifacts(p_ids BIGINT[]) TO service_role;

CREATE OR REPLACE FUNCTION capture_stored_artifact_files(p_named JSONB) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.artifact_id, answer.position)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT artifact_files.artifact_id AS artifact_id, artifact_files.position AS position 
FROM artifact_files 
WHERE (artifact_files.artifact_id, artifact_files.position) IN (SELECT given_named.artifact_id, given_named.position 
FROM jsonb_to_recordset(p_named) AS given_named(artifact_id BIGINT, position BIGINT))) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_stored_artifact_files(p_named JSONB) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_stored_artifact_files(p_named JSONB) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_stored_artifact_files(p_named JSONB) TO service_role;

CREATE OR REPLACE FUNCTION capture_stored_artifacts(p_named JSONB) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.id)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT artifacts.id AS id 
FROM artifacts 
WHERE artifacts.id IN (SELECT given_named.id 
FROM jsonb_to_recordset(p_named) AS given_named(id BIGINT))) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_stored_artifacts(p_named JSONB) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_stored_artifacts(p_named JSONB) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_stored_artifacts(p_named JSONB) TO service_role;

CREATE OR REPLACE FUNCTION capture_stored_capture_failures(p_named JSONB) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.kind, answer.repository_id, answer.item_key)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT capture_failures.kind AS kind, capture_failures.repository_id AS repository_id, capture_failures.item_key AS item_key 
FROM capture_failures 
WHERE (capture_failures.kind, capture_failures.repository_id, capture_failures.item_key) IN (SELECT given_named.kind, given_named.repository_id, given_named.item_key 
FROM jsonb_to_recordset(p_named) AS given_named(kind TEXT, repository_id BIGINT, item_key TEXT))) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_stored_capture_failures(p_named JSONB) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_stored_capture_failures(p_named JSONB) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_stored_capture_failures(p_named JSONB) TO service_role;

CREATE OR REPLACE FUNCTION capture_stored_capture_windows(p_named JSONB) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.repository_id, answer.kind, answer.slice, answer.window_from, answer.window_to)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT capture_windows.repository_id AS repository_id, capture_windows.kind AS kind, capture_windows.slice AS slice, capture_windows.window_from AS window_from, capture_windows.window_to AS window_to 
FROM capture_windows 
WHERE (capture_windows.repository_id, capture_windows.kind, capture_windows.slice, capture_windows.window_from, capture_windows.window_to) IN (SELECT given_named.repository_id, given_named.kind, given_named.slice, given_named.window_from, given_named.window_to 
FROM jsonb_to_recordset(p_named) AS given_named(repository_id BIGINT, kind TEXT, slice TEXT, window_from TIMESTAMP WITH TIME ZONE, window_to TIMESTAMP WITH TIME ZONE))) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_stored_capture_windows(p_named JSONB) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_stored_capture_windows(p_named JSONB) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_stored_capture_windows(p_named JSONB) TO service_role;

CREATE OR REPLACE FUNCTION capture_stored_commits(p_named JSONB) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.repository_id, answer.sha)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT commits.repository_id AS repository_id, commits.sha AS sha 
FROM commits 
WHERE (commits.repository_id, commits.sha) IN (SELECT given_named.repository_id, given_named.sha 
FROM jsonb_to_recordset(p_named) AS given_named(repository_id BIGINT, sha TEXT))) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_stored_commits(p_named JSONB) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_stored_commits(p_named JSONB) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_stored_commits(p_named JSONB) TO service_role;

CREATE OR REPLACE FUNCTION capture_stored_file_changes(p_named JSONB) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.repository_id, answer.pull_request_number, answer.path)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT file_changes.repository_id AS repository_id, file_changes.pull_request_number AS pull_request_number, file_changes.path AS path 
FROM file_changes 
WHERE (file_changes.repository_id, file_changes.pull_request_number, file_changes.path) IN (SELECT given_named.repository_id, given_named.pull_request_number, given_named.path 
FROM jsonb_to_recordset(p_named) AS given_named(repository_id BIGINT, pull_request_number BIGINT, path TEXT))) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_stored_file_changes(p_named JSONB) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_stored_file_changes(p_named JSONB) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_stored_file_changes(p_named JSONB) TO service_role;

CREATE OR REPLACE FUNCTION capture_stored_files_by_status(p_repository_id BIGINT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.repository_id, answer.content_status, answer.stored_files, answer.stored_bytes, answer.distinct_bytes)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT contents.repository_id AS repository_id, contents.content_status AS content_status, sum(contents.files) AS stored_files, coalesce(sum(contents.all_bytes), 0) AS stored_bytes, coalesce(sum(contents.bytes_once), 0) AS distinct_bytes 
FROM (SELECT artifacts.repository_id AS repository_id, artifacts.content_status AS content_status, artifact_files.sha256 AS sha256, count(*) AS files, sum(artifact_files.size_bytes) AS all_bytes, max(artifact_files.size_bytes) AS bytes_once 
FROM artifacts JOIN artifact_files ON artifact_files.artifact_id = artifacts.id 
WHERE (p_repository_id IS NULL OR artifacts.repository_id = p_repository_id) AND artifact_files.storage_key IS NOT NULL GROUP BY artifacts.repository_id, artifacts.content_status, artifact_files.sha256) AS contents GROUP BY contents.repository_id, contents.content_status) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_stored_files_by_status(p_repository_id BIGINT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_stored_files_by_status(p_repository_id BIGINT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_stored_files_by_status(p_repository_id BIGINT) TO service_role;

CREATE OR REPLACE FUNCTION capture_stored_issue_comments(p_named JSONB) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.id)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT issue_comments.id AS id 
FROM issue_comments 
WHERE issue_comments.id IN (SELECT given_named.id 
FROM jsonb_to_recordset(p_named) AS given_named(id BIGINT))) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_stored_issue_comments(p_named JSONB) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_stored_issue_comments(p_named JSONB) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_stored_issue_comments(p_named JSONB) TO service_role;

CREATE OR REPLACE FUNCTION capture_stored_progressive_capture_jobs(p_named JSONB) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.id)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT progressive_capture_jobs.id AS id 
FROM progressive_capture_jobs 
WHERE progressive_capture_jobs.id IN (SELECT given_named.id 
FROM jsonb_to_recordset(p_named) AS given_named(id TEXT))) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_stored_progressive_capture_jobs(p_named JSONB) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_stored_progressive_capture_jobs(p_named JSONB) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_stored_progressive_capture_jobs(p_named JSONB) TO service_role;

CREATE OR REPLACE FUNCTION capture_stored_pull_request_coverage(p_named JSONB) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.repository_id, answer.pull_request_number, answer.part)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT pull_request_coverage.repository_id AS repository_id, pull_request_coverage.pull_request_number AS pull_request_number, pull_request_coverage.part AS part 
FROM pull_request_coverage 
WHERE (pull_request_coverage.repository_id, pull_request_coverage.pull_request_number, pull_request_coverage.part) IN (SELECT given_named.repository_id, given_named.pull_request_number, given_named.part 
FROM jsonb_to_recordset(p_named) AS given_named(repository_id BIGINT, pull_request_number BIGINT, part TEXT))) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_stored_pull_request_coverage(p_named JSONB) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_stored_pull_request_coverage(p_named JSONB) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_stored_pull_request_coverage(p_named JSONB) TO service_role;

CREATE OR REPLACE FUNCTION capture_stored_pull_requests(p_named JSONB) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.id)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT pull_requests.id AS id 
FROM pull_requests 
WHERE pull_requests.id IN (SELECT given_named.id 
FROM jsonb_to_recordset(p_named) AS given_named(id BIGINT))) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_stored_pull_requests(p_named JSONB) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_stored_pull_requests(p_named JSONB) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_stored_pull_requests(p_named JSONB) TO service_role;

CREATE OR REPLACE FUNCTION capture_stored_repositories(p_named JSONB) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.id)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT repositories.id AS id 
FROM repositories 
WHERE repositories.id IN (SELECT given_named.id 
FROM jsonb_to_recordset(p_named) AS given_named(id BIGINT))) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_stored_repositories(p_named JSONB) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_stored_repositories(p_named JSONB) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_stored_repositories(p_named JSONB) TO service_role;

CREATE OR REPLACE FUNCTION capture_stored_review_comments(p_named JSONB) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.id)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT review_comments.id AS id 
FROM review_comments 
WHERE review_comments.id IN (SELECT given_named.id 
FROM jsonb_to_recordset(p_named) AS given_named(id BIGINT))) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_stored_review_comments(p_named JSONB) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_stored_review_comments(p_named JSONB) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_stored_review_comments(p_named JSONB) TO service_role;

CREATE OR REPLACE FUNCTION capture_stored_reviews(p_named JSONB) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.id)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT reviews.id AS id 
FROM reviews 
WHERE reviews.id IN (SELECT given_named.id 
FROM jsonb_to_recordset(p_named) AS given_named(id BIGINT))) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_stored_reviews(p_named JSONB) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_stored_reviews(p_named JSONB) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_stored_reviews(p_named JSONB) TO service_role;

CREATE OR REPLACE FUNCTION capture_stored_runs(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT, p_after_time TIMESTAMP WITH TIME ZONE, p_after_id BIGINT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.run_id, answer.created_at, answer.captured_at, answer.gone_at)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT workflow_runs.id AS run_id, workflow_runs.created_at AS created_at, workflow_runs.captured_at AS captured_at, workflow_runs.gone_at AS gone_at 
FROM workflow_runs 
WHERE workflow_runs.repository_id = p_repository_id AND workflow_runs.created_at IS NOT NULL AND (p_created_from IS NULL OR workflow_runs.created_at >= p_created_from) AND (p_created_to IS NULL OR workflow_runs.created_at <= p_created_to) AND (p_first_id IS NULL OR workflow_runs.id >= p_first_id) AND (p_last_id IS NULL OR workflow_runs.id <= p_last_id) AND (p_after_time IS NULL OR workflow_runs.created_at >= p_after_time AND (workflow_runs.created_at > p_after_time OR workflow_runs.created_at = p_after_time AND workflow_runs.id > p_after_id)) ORDER BY workflow_runs.created_at, workflow_runs.id 
 LIMIT 500) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_stored_runs(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT, p_after_time TIMESTAMP WITH TIME ZONE, p_after_id BIGINT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_stored_runs(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT, p_after_time TIMESTAMP WITH TIME ZONE, p_after_id BIGINT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_stored_runs(p_repository_id BIGINT, p_created_from TIMESTAMP WITH TIME ZONE, p_created_to TIMESTAMP WITH TIME ZONE, p_first_id BIGINT, p_last_id BIGINT, p_after_time TIMESTAMP WITH TIME ZONE, p_after_id BIGINT) TO service_role;

CREATE OR REPLACE FUNCTION capture_stored_test_results(p_named JSONB) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.artifact_id, answer.file_position, answer.position)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT test_results.artifact_id AS artifact_id, test_results.file_position AS file_position, test_results.position AS position 
FROM test_results 
WHERE (test_results.artifact_id, test_results.file_position, test_results.position) IN (SELECT given_named.artifact_id, given_named.file_position, given_named.position 
FROM jsonb_to_recordset(p_named) AS given_named(artifact_id BIGINT, file_position BIGINT, position BIGINT))) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_stored_test_results(p_named JSONB) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_stored_test_results(p_named JSONB) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_stored_test_results(p_named JSONB) TO service_role;

CREATE OR REPLACE FUNCTION capture_stored_workflow_job_coverage(p_named JSONB) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.run_id)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT workflow_job_coverage.run_id AS run_id 
FROM workflow_job_coverage 
WHERE workflow_job_coverage.run_id IN (SELECT given_named.run_id 
FROM jsonb_to_recordset(p_named) AS given_named(run_id BIGINT))) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_stored_workflow_job_coverage(p_named JSONB) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_stored_workflow_job_coverage(p_named JSONB) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_stored_workflow_job_coverage(p_named JSONB) TO service_role;

CREATE OR REPLACE FUNCTION capture_stored_workflow_jobs(p_named JSONB) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.id)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT workflow_jobs.id AS id 
FROM workflow_jobs 
WHERE workflow_jobs.id IN (SELECT given_named.id 
FROM jsonb_to_recordset(p_named) AS given_named(id BIGINT))) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_stored_workflow_jobs(p_named JSONB) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_stored_workflow_jobs(p_named JSONB) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_stored_workflow_jobs(p_named JSONB) TO service_role;

CREATE OR REPLACE FUNCTION capture_stored_workflow_run_attempts(p_named JSONB) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.run_id, answer.run_attempt)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT workflow_run_attempts.run_id AS run_id, workflow_run_attempts.run_attempt AS run_attempt 
FROM workflow_run_attempts 
WHERE (workflow_run_attempts.run_id, workflow_run_attempts.run_attempt) IN (SELECT given_named.run_id, given_named.run_attempt 
FROM jsonb_to_recordset(p_named) AS given_named(run_id BIGINT, run_attempt BIGINT))) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_stored_workflow_run_attempts(p_named JSONB) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_stored_workflow_run_attempts(p_named JSONB) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_stored_workflow_run_attempts(p_named JSONB) TO service_role;

CREATE OR REPLACE FUNCTION capture_stored_workflow_runs(p_named JSONB) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.id)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT workflow_runs.id AS id 
FROM workflow_runs 
WHERE workflow_runs.id IN (SELECT given_named.id 
FROM jsonb_to_recordset(p_named) AS given_named(id BIGINT))) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_stored_workflow_runs(p_named JSONB) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_stored_workflow_runs(p_named JSONB) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_stored_workflow_runs(p_named JSONB) TO service_role;

CREATE OR REPLACE FUNCTION capture_stored_workflows(p_named JSONB) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.id)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT workflows.id AS id 
FROM workflows 
WHERE workflows.id IN (SELECT given_named.id 
FROM jsonb_to_recordset(p_named) AS given_named(id BIGINT))) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_stored_workflows(p_named JSONB) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_stored_workflows(p_named JSONB) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_stored_workflows(p_named JSONB) TO service_role;

CREATE OR REPLACE FUNCTION capture_swap_capture_job(p_was_id TEXT, p_was_status TEXT, p_was_claimed_by TEXT, p_was_heartbeat_at TIMESTAMP WITH TIME ZONE, p_id TEXT, p_kind TEXT, p_repository TEXT, p_status TEXT, p_outcome TEXT, p_processor TEXT, p_route_reason TEXT, p_parameters JSONB, p_request_key TEXT, p_priority BIGINT, p_parent_id TEXT, p_chunk_index BIGINT, p_chunk_count BIGINT, p_total_items BIGINT, p_processed_items BIGINT, p_failed_items BIGINT, p_attempt BIGINT, p_max_attempts BIGINT, p_next_attempt_at TIMESTAMP WITH TIME ZONE, p_heartbeat_at TIMESTAMP WITH TIME ZONE, p_claimed_by TEXT, p_resume_at TIMESTAMP WITH TIME ZONE, p_handovers BIGINT, p_error TEXT, p_dispatch_nonce TEXT, p_dispatched_at TIMESTAMP WITH TIME ZONE, p_workflow_run_id BIGINT, p_workflow_run_url TEXT, p_rest_requests BIGINT, p_graphql_points BIGINT, p_runner_minutes DOUBLE PRECISION, p_cost_usd DOUBLE PRECISION, p_created_at TIMESTAMP WITH TIME ZONE, p_started_at TIMESTAMP WITH TIME ZONE, p_updated_at TIMESTAMP WITH TIME ZONE, p_finished_at TIMESTAMP WITH TIME ZONE) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY INVOKER SET search_path = public, pg_temp
AS $function$
WITH changed AS 
(UPDATE progressive_capture_jobs SET id=p_id, kind=p_kind, repository=p_repository, status=p_status, outcome=p_outcome, processor=p_processor, route_reason=p_route_reason, parameters=p_parameters, request_key=p_request_key, priority=p_priority, parent_id=p_parent_id, chunk_index=p_chunk_index, chunk_count=p_chunk_count, total_items=p_total_items, processed_items=p_processed_items, failed_items=p_failed_items, attempt=p_attempt, max_attempts=p_max_attempts, next_attempt_at=p_next_attempt_at, heartbeat_at=p_heartbeat_at, claimed_by=p_claimed_by, resume_at=p_resume_at, handovers=p_handovers, error=p_error, dispatch_nonce=p_dispatch_nonce, dispatched_at=p_dispatched_at, workflow_run_id=p_workflow_run_id, workflow_run_url=p_workflow_run_url, rest_requests=p_rest_requests, graphql_points=p_graphql_points, runner_minutes=p_runner_minutes, cost_usd=p_cost_usd, created_at=p_created_at, started_at=p_started_at, updated_at=p_updated_at, finished_at=p_finished_at WHERE progressive_capture_jobs.id = p_was_id AND (progressive_capture_jobs.status = p_was_status AND progressive_capture_jobs.claimed_by IS NOT DISTINCT FROM p_was_claimed_by AND progressive_capture_jobs.heartbeat_at IS NOT DISTINCT FROM p_was_heartbeat_at OR progressive_capture_jobs.status != 'queued' AND progressive_capture_jobs.id IS NOT DISTINCT FROM p_id AND progressive_capture_jobs.kind IS NOT DISTINCT FROM p_kind AND progressive_capture_jobs.repository IS NOT DISTINCT FROM p_repository AND progressive_capture_jobs.status IS NOT DISTINCT FROM p_status AND progressive_capture_jobs.outcome IS NOT DISTINCT FROM p_outcome AND progressive_capture_jobs.processor IS NOT DISTINCT FROM p_processor AND progressive_capture_jobs.route_reason IS NOT DISTINCT FROM p_route_reason AND progressive_capture_jobs.parameters IS NOT DISTINCT FROM p_parameters AND progressive_capture_jobs.request_key IS NOT DISTINCT FROM p_request_key AND progressive_capture_jobs.priority IS NOT DISTINCT FROM p_priority AND progressive_capture_jobs.parent_id IS NOT DISTINCT FROM p_parent_id AND progressive_capture_jobs.chunk_index IS NOT DISTINCT FROM p_chunk_index AND progressive_capture_jobs.chunk_count IS NOT DISTINCT FROM p_chunk_count AND progressive_capture_jobs.total_items IS NOT DISTINCT FROM p_total_items AND progressive_capture_jobs.processed_items IS NOT DISTINCT FROM p_processed_items AND progressive_capture_jobs.failed_items IS NOT DISTINCT FROM p_failed_items AND progressive_capture_jobs.attempt IS NOT DISTINCT FROM p_attempt AND progressive_capture_jobs.max_attempts IS NOT DISTINCT FROM p_max_attempts AND progressive_capture_jobs.next_attempt_at IS NOT DISTINCT FROM p_next_attempt_at AND progressive_capture_jobs.heartbeat_at IS NOT DISTINCT FROM p_heartbeat_at AND progressive_capture_jobs.claimed_by IS NOT DISTINCT FROM p_claimed_by AND progressive_capture_jobs.resume_at IS NOT DISTINCT FROM p_resume_at AND progressive_capture_jobs.handovers IS NOT DISTINCT FROM p_handovers AND progressive_capture_jobs.error IS NOT DISTINCT FROM p_error AND progressive_capture_jobs.dispatch_nonce IS NOT DISTINCT FROM p_dispatch_nonce AND progressive_capture_jobs.dispatched_at IS NOT DISTINCT FROM p_dispatched_at AND progressive_capture_jobs.workflow_run_id IS NOT DISTINCT FROM p_workflow_run_id AND progressive_capture_jobs.workflow_run_url IS NOT DISTINCT FROM p_workflow_run_url AND progressive_capture_jobs.rest_requests IS NOT DISTINCT FROM p_rest_requests AND progressive_capture_jobs.graphql_points IS NOT DISTINCT FROM p_graphql_points AND progressive_capture_jobs.runner_minutes IS NOT DISTINCT FROM p_runner_minutes AND progressive_capture_jobs.cost_usd IS NOT DISTINCT FROM p_cost_usd AND progressive_capture_jobs.created_at IS NOT DISTINCT FROM p_created_at AND progressive_capture_jobs.started_at IS NOT DISTINCT FROM p_started_at AND progressive_capture_jobs.updated_at IS NOT DISTINCT FROM p_updated_at AND progressive_capture_jobs.finished_at IS NOT DISTINCT FROM p_finished_at) RETURNING 1 AS one)
 SELECT jsonb_build_array(jsonb_build_array(count(*))) AS jsonb_build_array_1 
FROM changed
$function$;
COMMENT ON FUNCTION capture_swap_capture_job(p_was_id TEXT, p_was_status TEXT, p_was_claimed_by TEXT, p_was_heartbeat_at TIMESTAMP WITH TIME ZONE, p_id TEXT, p_kind TEXT, p_repository TEXT, p_status TEXT, p_outcome TEXT, p_processor TEXT, p_route_reason TEXT, p_parameters JSONB, p_request_key TEXT, p_priority BIGINT, p_parent_id TEXT, p_chunk_index BIGINT, p_chunk_count BIGINT, p_total_items BIGINT, p_processed_items BIGINT, p_failed_items BIGINT, p_attempt BIGINT, p_max_attempts BIGINT, p_next_attempt_at TIMESTAMP WITH TIME ZONE, p_heartbeat_at TIMESTAMP WITH TIME ZONE, p_claimed_by TEXT, p_resume_at TIMESTAMP WITH TIME ZONE, p_handovers BIGINT, p_error TEXT, p_dispatch_nonce TEXT, p_dispatched_at TIMESTAMP WITH TIME ZONE, p_workflow_run_id BIGINT, p_workflow_run_url TEXT, p_rest_requests BIGINT, p_graphql_points BIGINT, p_runner_minutes DOUBLE PRECISION, p_cost_usd DOUBLE PRECISION, p_created_at TIMESTAMP WITH TIME ZONE, p_started_at TIMESTAMP WITH TIME ZONE, p_updated_at TIMESTAMP WITH TIME ZONE, p_finished_at TIMESTAMP WITH TIME ZONE) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_swap_capture_job(p_was_id TEXT, p_was_status TEXT, p_was_claimed_by TEXT, p_was_heartbeat_at TIMESTAMP WITH TIME ZONE, p_id TEXT, p_kind TEXT, p_repository TEXT, p_status TEXT, p_outcome TEXT, p_processor TEXT, p_route_reason TEXT, p_parameters JSONB, p_request_key TEXT, p_priority BIGINT, p_parent_id TEXT, p_chunk_index BIGINT, p_chunk_count BIGINT, p_total_items BIGINT, p_processed_items BIGINT, p_failed_items BIGINT, p_attempt BIGINT, p_max_attempts BIGINT, p_next_attempt_at TIMESTAMP WITH TIME ZONE, p_heartbeat_at TIMESTAMP WITH TIME ZONE, p_claimed_by TEXT, p_resume_at TIMESTAMP WITH TIME ZONE, p_handovers BIGINT, p_error TEXT, p_dispatch_nonce TEXT, p_dispatched_at TIMESTAMP WITH TIME ZONE, p_workflow_run_id BIGINT, p_workflow_run_url TEXT, p_rest_requests BIGINT, p_graphql_points BIGINT, p_runner_minutes DOUBLE PRECISION, p_cost_usd DOUBLE PRECISION, p_created_at TIMESTAMP WITH TIME ZONE, p_started_at TIMESTAMP WITH TIME ZONE, p_updated_at TIMESTAMP WITH TIME ZONE, p_finished_at TIMESTAMP WITH TIME ZONE) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_swap_capture_job(p_was_id TEXT, p_was_status TEXT, p_was_claimed_by TEXT, p_was_heartbeat_at TIMESTAMP WITH TIME ZONE, p_id TEXT, p_kind TEXT, p_repository TEXT, p_status TEXT, p_outcome TEXT, p_processor TEXT, p_route_reason TEXT, p_parameters JSONB, p_request_key TEXT, p_priority BIGINT, p_parent_id TEXT, p_chunk_index BIGINT, p_chunk_count BIGINT, p_total_items BIGINT, p_processed_items BIGINT, p_failed_items BIGINT, p_attempt BIGINT, p_max_attempts BIGINT, p_next_attempt_at TIMESTAMP WITH TIME ZONE, p_heartbeat_at TIMESTAMP WITH TIME ZONE, p_claimed_by TEXT, p_resume_at TIMESTAMP WITH TIME ZONE, p_handovers BIGINT, p_error TEXT, p_dispatch_nonce TEXT, p_dispatched_at TIMESTAMP WITH TIME ZONE, p_workflow_run_id BIGINT, p_workflow_run_url TEXT, p_rest_requests BIGINT, p_graphql_points BIGINT, p_runner_minutes DOUBLE PRECISION, p_cost_usd DOUBLE PRECISION, p_created_at TIMESTAMP WITH TIME ZONE, p_started_at TIMESTAMP WITH TIME ZONE, p_updated_at TIMESTAMP WITH TIME ZONE, p_finished_at TIMESTAMP WITH TIME ZONE) TO service_role;

CREATE OR REPLACE FUNCTION capture_take_out_changed_files(p_seen JSONB) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY INVOKER SET search_path = public, pg_temp
AS $function$
WITH changed AS 
(DELETE FROM file_changes WHERE (file_changes.repository_id, file_changes.pull_request_number, file_changes.path, file_changes.captured_at) IN (SELECT given_seen.repository_id, given_seen.pull_request_number, given_seen.path, given_seen.captured_at 
FROM jsonb_to_recordset(p_seen) AS given_seen(repository_id BIGINT, pull_request_number BIGINT, path TEXT, captured_at TIMESTAMP WITH TIME ZONE)) RETURNING 1 AS one)
 SELECT jsonb_build_array(jsonb_build_array(count(*))) AS jsonb_build_array_1 
FROM changed
$function$;
COMMENT ON FUNCTION capture_take_out_changed_files(p_seen JSONB) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_take_out_changed_files(p_seen JSONB) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_take_out_changed_files(p_seen JSONB) TO service_role;

CREATE OR REPLACE FUNCTION capture_test_results_in_full(p_named JSONB) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.artifact_id, answer.file_position, answer.position, answer.repository_id, answer.captured_at, answer.run_id, answer.run_attempt, answer.suite, answer.classname, answer.name, answer.status, answer.rerun, answer.duration_seconds, answer.message)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT test_results.artifact_id AS artifact_id, test_results.file_position AS file_position, test_results.position AS position, test_results.repository_id AS repository_id, test_results.captured_at AS captured_at, test_results.run_id AS run_id, test_results.run_attempt AS run_attempt, test_results.suite AS suite, test_results.classname AS classname, test_results.name AS name, test_results.status AS status, test_results.rerun AS rerun, test_results.duration_seconds AS duration_seconds, test_results.message AS message 
FROM test_results 
WHERE (test_results.artifact_id, test_results.file_position, test_results.position) IN (SELECT given_named.artifact_id, given_named.file_position, given_named.position 
FROM jsonb_to_recordset(p_named) AS given_named(artifact_id BIGINT, file_position BIGINT, position BIGINT))) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_test_results_in_full(p_named JSONB) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_test_results_in_full(p_named JSONB) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_test_results_in_full(p_named JSONB) TO service_role;

CREATE OR REPLACE FUNCTION capture_try_items_sooner(p_items JSONB, p_at TIMESTAMP WITH TIME ZONE) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY INVOKER SET search_path = public, pg_temp
AS $function$
WITH changed AS 
(UPDATE capture_failures SET next_attempt_at=p_at WHERE (capture_failures.kind, capture_failures.repository_id, capture_failures.item_key) IN (SELECT given_items.kind, given_items.repository_id, given_items.item_key 
FROM jsonb_to_recordset(p_items) AS given_items(kind TEXT, repository_id BIGINT, item_key TEXT)) AND capture_failures.next_attempt_at > p_at RETURNING 1 AS one)
 SELECT jsonb_build_array(jsonb_build_array(count(*))) AS jsonb_build_array_1 
FROM changed
$function$;
COMMENT ON FUNCTION capture_try_items_sooner(p_items JSONB, p_at TIMESTAMP WITH TIME ZONE) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_try_items_sooner(p_items JSONB, p_at TIMESTAMP WITH TIME ZONE) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_try_items_sooner(p_items JSONB, p_at TIMESTAMP WITH TIME ZONE) TO service_role;

CREATE OR REPLACE FUNCTION capture_unresolved_failures(p_repository_id BIGINT, p_kind TEXT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.kind, answer.repository_id, answer.item_key, answer.captured_at, answer.error, answer.attempts, answer.next_attempt_at, answer.resolved_at)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT capture_failures.kind AS kind, capture_failures.repository_id AS repository_id, capture_failures.item_key AS item_key, capture_failures.captured_at AS captured_at, capture_failures.error AS error, capture_failures.attempts AS attempts, capture_failures.next_attempt_at AS next_attempt_at, capture_failures.resolved_at AS resolved_at 
FROM capture_failures 
WHERE capture_failures.repository_id = p_repository_id AND capture_failures.resolved_at IS NULL AND (p_kind IS NULL OR capture_failures.kind = p_kind) ORDER BY capture_failures.captured_at, capture_failures.kind, capture_failures.item_key) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_unresolved_failures(p_repository_id BIGINT, p_kind TEXT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_unresolved_failures(p_repository_id BIGINT, p_kind TEXT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_unresolved_failures(p_repository_id BIGINT, p_kind TEXT) TO service_role;

CREATE OR REPLACE FUNCTION capture_update_held_capture_job(p_id TEXT, p_kind TEXT, p_repository TEXT, p_status TEXT, p_outcome TEXT, p_processor TEXT, p_route_reason TEXT, p_parameters JSONB, p_request_key TEXT, p_priority BIGINT, p_parent_id TEXT, p_chunk_index BIGINT, p_chunk_count BIGINT, p_total_items BIGINT, p_processed_items BIGINT, p_failed_items BIGINT, p_attempt BIGINT, p_max_attempts BIGINT, p_next_attempt_at TIMESTAMP WITH TIME ZONE, p_heartbeat_at TIMESTAMP WITH TIME ZONE, p_claimed_by TEXT, p_resume_at TIMESTAMP WITH TIME ZONE, p_handovers BIGINT, p_error TEXT, p_dispatch_nonce TEXT, p_dispatched_at TIMESTAMP WITH TIME ZONE, p_workflow_run_id BIGINT, p_workflow_run_url TEXT, p_rest_requests BIGINT, p_graphql_points BIGINT, p_runner_minutes DOUBLE PRECISION, p_cost_usd DOUBLE PRECISION, p_created_at TIMESTAMP WITH TIME ZONE, p_started_at TIMESTAMP WITH TIME ZONE, p_updated_at TIMESTAMP WITH TIME ZONE, p_finished_at TIMESTAMP WITH TIME ZONE) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY INVOKER SET search_path = public, pg_temp
AS $function$
WITH changed AS 
(UPDATE progressive_capture_jobs SET id=p_id, kind=p_kind, repository=p_repository, status=p_status, outcome=p_outcome, processor=p_processor, route_reason=p_route_reason, parameters=p_parameters, request_key=p_request_key, priority=p_priority, parent_id=p_parent_id, chunk_index=p_chunk_index, chunk_count=p_chunk_count, total_items=p_total_items, processed_items=p_processed_items, failed_items=p_failed_items, attempt=p_attempt, max_attempts=p_max_attempts, next_attempt_at=p_next_attempt_at, heartbeat_at=p_heartbeat_at, claimed_by=p_claimed_by, resume_at=p_resume_at, handovers=p_handovers, error=p_error, dispatch_nonce=p_dispatch_nonce, dispatched_at=p_dispatched_at, workflow_run_id=p_workflow_run_id, workflow_run_url=p_workflow_run_url, rest_requests=p_rest_requests, graphql_points=p_graphql_points, runner_minutes=p_runner_minutes, cost_usd=p_cost_usd, created_at=p_created_at, started_at=p_started_at, updated_at=p_updated_at, finished_at=p_finished_at WHERE progressive_capture_jobs.id = p_id AND progressive_capture_jobs.claimed_by IS NOT DISTINCT FROM p_claimed_by AND progressive_capture_jobs.status = 'running' RETURNING 1 AS one)
 SELECT jsonb_build_array(jsonb_build_array(count(*))) AS jsonb_build_array_1 
FROM changed
$function$;
COMMENT ON FUNCTION capture_update_held_capture_job(p_id TEXT, p_kind TEXT, p_repository TEXT, p_status TEXT, p_outcome TEXT, p_processor TEXT, p_route_reason TEXT, p_parameters JSONB, p_request_key TEXT, p_priority BIGINT, p_parent_id TEXT, p_chunk_index BIGINT, p_chunk_count BIGINT, p_total_items BIGINT, p_processed_items BIGINT, p_failed_items BIGINT, p_attempt BIGINT, p_max_attempts BIGINT, p_next_attempt_at TIMESTAMP WITH TIME ZONE, p_heartbeat_at TIMESTAMP WITH TIME ZONE, p_claimed_by TEXT, p_resume_at TIMESTAMP WITH TIME ZONE, p_handovers BIGINT, p_error TEXT, p_dispatch_nonce TEXT, p_dispatched_at TIMESTAMP WITH TIME ZONE, p_workflow_run_id BIGINT, p_workflow_run_url TEXT, p_rest_requests BIGINT, p_graphql_points BIGINT, p_runner_minutes DOUBLE PRECISION, p_cost_usd DOUBLE PRECISION, p_created_at TIMESTAMP WITH TIME ZONE, p_started_at TIMESTAMP WITH TIME ZONE, p_updated_at TIMESTAMP WITH TIME ZONE, p_finished_at TIMESTAMP WITH TIME ZONE) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_update_held_capture_job(p_id TEXT, p_kind TEXT, p_repository TEXT, p_status TEXT, p_outcome TEXT, p_processor TEXT, p_route_reason TEXT, p_parameters JSONB, p_request_key TEXT, p_priority BIGINT, p_parent_id TEXT, p_chunk_index BIGINT, p_chunk_count BIGINT, p_total_items BIGINT, p_processed_items BIGINT, p_failed_items BIGINT, p_attempt BIGINT, p_max_attempts BIGINT, p_next_attempt_at TIMESTAMP WITH TIME ZONE, p_heartbeat_at TIMESTAMP WITH TIME ZONE, p_claimed_by TEXT, p_resume_at TIMESTAMP WITH TIME ZONE, p_handovers BIGINT, p_error TEXT, p_dispatch_nonce TEXT, p_dispatched_at TIMESTAMP WITH TIME ZONE, p_workflow_run_id BIGINT, p_workflow_run_url TEXT, p_rest_requests BIGINT, p_graphql_points BIGINT, p_runner_minutes DOUBLE PRECISION, p_cost_usd DOUBLE PRECISION, p_created_at TIMESTAMP WITH TIME ZONE, p_started_at TIMESTAMP WITH TIME ZONE, p_updated_at TIMESTAMP WITH TIME ZONE, p_finished_at TIMESTAMP WITH TIME ZONE) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_update_held_capture_job(p_id TEXT, p_kind TEXT, p_repository TEXT, p_status TEXT, p_outcome TEXT, p_processor TEXT, p_route_reason TEXT, p_parameters JSONB, p_request_key TEXT, p_priority BIGINT, p_parent_id TEXT, p_chunk_index BIGINT, p_chunk_count BIGINT, p_total_items BIGINT, p_processed_items BIGINT, p_failed_items BIGINT, p_attempt BIGINT, p_max_attempts BIGINT, p_next_attempt_at TIMESTAMP WITH TIME ZONE, p_heartbeat_at TIMESTAMP WITH TIME ZONE, p_claimed_by TEXT, p_resume_at TIMESTAMP WITH TIME ZONE, p_handovers BIGINT, p_error TEXT, p_dispatch_nonce TEXT, p_dispatched_at TIMESTAMP WITH TIME ZONE, p_workflow_run_id BIGINT, p_workflow_run_url TEXT, p_rest_requests BIGINT, p_graphql_points BIGINT, p_runner_minutes DOUBLE PRECISION, p_cost_usd DOUBLE PRECISION, p_created_at TIMESTAMP WITH TIME ZONE, p_started_at TIMESTAMP WITH TIME ZONE, p_updated_at TIMESTAMP WITH TIME ZONE, p_finished_at TIMESTAMP WITH TIME ZONE) TO service_role;

CREATE OR REPLACE FUNCTION capture_waiting_capture_jobs(p_request_keys TEXT[]) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.id, answer.kind, answer.repository, answer.status, answer.outcome, answer.processor, answer.route_reason, answer.parameters, answer.request_key, answer.priority, answer.parent_id, answer.chunk_index, answer.chunk_count, answer.total_items, answer.processed_items, answer.failed_items, answer.attempt, answer.max_attempts, answer.next_attempt_at, answer.heartbeat_at, answer.claimed_by, answer.resume_at, answer.handovers, answer.error, answer.dispatch_nonce, answer.dispatched_at, answer.workflow_run_id, answer.workflow_run_url, answer.rest_requests, answer.graphql_points, answer.runner_minutes, answer.cost_usd, answer.created_at, answer.started_at, answer.updated_at, answer.finished_at)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT progressive_capture_jobs.id AS id, progressive_capture_jobs.kind AS kind, progressive_capture_jobs.repository AS repository, progressive_capture_jobs.status AS status, progressive_capture_jobs.outcome AS outcome, progressive_capture_jobs.processor AS processor, progressive_capture_jobs.route_reason AS route_reason, progressive_capture_jobs.parameters AS parameters, progressive_capture_jobs.request_key AS request_key, progressive_capture_jobs.priority AS priority, progressive_capture_jobs.parent_id AS parent_id, progressive_capture_jobs.chunk_index AS chunk_index, progressive_capture_jobs.chunk_count AS chunk_count, progressive_capture_jobs.total_items AS total_items, progressive_capture_jobs.processed_items AS processed_items, progressive_capture_jobs.failed_items AS failed_items, progressive_capture_jobs.attempt AS attempt, progressive_capture_jobs.max_attempts AS max_attempts, progressive_capture_jobs.next_attempt_at AS next_attempt_at, progressive_capture_jobs.heartbeat_at AS heartbeat_at, progressive_capture_jobs.claimed_by AS claimed_by, progressive_capture_jobs.resume_at AS resume_at, progressive_capture_jobs.handovers AS handovers, progressive_capture_jobs.error AS error, progressive_capture_jobs.dispatch_nonce AS dispatch_nonce, progressive_capture_jobs.dispatched_at AS dispatched_at, progressive_capture_jobs.workflow_run_id AS workflow_run_id, progressive_capture_jobs.workflow_run_url AS workflow_run_url, progressive_capture_jobs.rest_requests AS rest_requests, progressive_capture_jobs.graphql_points AS graphql_points, progressive_capture_jobs.runner_minutes AS runner_minutes, progressive_capture_jobs.cost_usd AS cost_usd, progressive_capture_jobs.created_at AS created_at, progressive_capture_jobs.started_at AS started_at, progressive_capture_jobs.updated_at AS updated_at, progressive_capture_jobs.finished_at AS finished_at 
FROM progressive_capture_jobs 
WHERE progressive_capture_jobs.request_key = ANY (p_request_keys) AND request_key <> '' AND status IN ('queued', 'paused', 'running')) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_waiting_capture_jobs(p_request_keys TEXT[]) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_waiting_capture_jobs(p_request_keys TEXT[]) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_waiting_capture_jobs(p_request_keys TEXT[]) TO service_role;

CREATE OR REPLACE FUNCTION capture_what_is_known_of_failures(p_items JSONB) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.kind, answer.repository_id, answer.item_key, answer.captured_at, answer.next_attempt_at, answer.resolved_at)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT capture_failures.kind AS kind, capture_failures.repository_id AS repository_id, capture_failures.item_key AS item_key, capture_failures.captured_at AS captured_at, capture_failures.next_attempt_at AS next_attempt_at, capture_failures.resolved_at AS resolved_at 
FROM capture_failures 
WHERE (capture_failures.kind, capture_failures.repository_id, capture_failures.item_key) IN (SELECT given_items.kind, given_items.repository_id, given_items.item_key 
FROM jsonb_to_recordset(p_items) AS given_items(kind TEXT, repository_id BIGINT, item_key TEXT))) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_what_is_known_of_failures(p_items JSONB) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_what_is_known_of_failures(p_items JSONB) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_what_is_known_of_failures(p_items JSONB) TO service_role;

CREATE OR REPLACE FUNCTION capture_window_is_hidden_closed(p_repository_id BIGINT, p_kind TEXT, p_slice_ TEXT, p_window_from TIMESTAMP WITH TIME ZONE, p_window_to TIMESTAMP WITH TIME ZONE, p_captured_at TIMESTAMP WITH TIME ZONE) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.is_hidden)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT EXISTS (SELECT * 
FROM capture_windows 
WHERE capture_windows.repository_id = p_repository_id AND capture_windows.kind = p_kind AND capture_windows.slice = p_slice_ AND (capture_windows.window_from != p_window_from OR capture_windows.window_to != p_window_to) AND capture_windows.window_from <= p_window_from AND capture_windows.window_to >= p_window_to AND (capture_windows.captured_at > p_captured_at OR capture_windows.captured_at = p_captured_at AND capture_windows.status != 'open')) AS is_hidden) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_window_is_hidden_closed(p_repository_id BIGINT, p_kind TEXT, p_slice_ TEXT, p_window_from TIMESTAMP WITH TIME ZONE, p_window_to TIMESTAMP WITH TIME ZONE, p_captured_at TIMESTAMP WITH TIME ZONE) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_window_is_hidden_closed(p_repository_id BIGINT, p_kind TEXT, p_slice_ TEXT, p_window_from TIMESTAMP WITH TIME ZONE, p_window_to TIMESTAMP WITH TIME ZONE, p_captured_at TIMESTAMP WITH TIME ZONE) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_window_is_hidden_closed(p_repository_id BIGINT, p_kind TEXT, p_slice_ TEXT, p_window_from TIMESTAMP WITH TIME ZONE, p_window_to TIMESTAMP WITH TIME ZONE, p_captured_at TIMESTAMP WITH TIME ZONE) TO service_role;

CREATE OR REPLACE FUNCTION capture_window_is_hidden_not_closed(p_repository_id BIGINT, p_kind TEXT, p_slice_ TEXT, p_window_from TIMESTAMP WITH TIME ZONE, p_window_to TIMESTAMP WITH TIME ZONE, p_captured_at TIMESTAMP WITH TIME ZONE) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.is_hidden)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT EXISTS (SELECT * 
FROM capture_windows 
WHERE capture_windows.repository_id = p_repository_id AND capture_windows.kind = p_kind AND capture_windows.slice = p_slice_ AND (capture_windows.window_from != p_window_from OR capture_windows.window_to != p_window_to) AND capture_windows.window_from <= p_window_from AND capture_windows.window_to >= p_window_to AND (capture_windows.captured_at > p_captured_at OR capture_windows.captured_at = p_captured_at)) AS is_hidden) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_window_is_hidden_not_closed(p_repository_id BIGINT, p_kind TEXT, p_slice_ TEXT, p_window_from TIMESTAMP WITH TIME ZONE, p_window_to TIMESTAMP WITH TIME ZONE, p_captured_at TIMESTAMP WITH TIME ZONE) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_window_is_hidden_not_closed(p_repository_id BIGINT, p_kind TEXT, p_slice_ TEXT, p_window_from TIMESTAMP WITH TIME ZONE, p_window_to TIMESTAMP WITH TIME ZONE, p_captured_at TIMESTAMP WITH TIME ZONE) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_window_is_hidden_not_closed(p_repository_id BIGINT, p_kind TEXT, p_slice_ TEXT, p_window_from TIMESTAMP WITH TIME ZONE, p_window_to TIMESTAMP WITH TIME ZONE, p_captured_at TIMESTAMP WITH TIME ZONE) TO service_role;

CREATE OR REPLACE FUNCTION capture_windows_in_ledger(p_repository_id BIGINT, p_kind TEXT, p_slice_ TEXT) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT coalesce(jsonb_agg(jsonb_build_array(answer.repository_id, answer.kind, answer.slice, answer.window_from, answer.window_to, answer.captured_at, answer.item_count, answer.reported_count, answer.status, answer.reason)), '[]'::jsonb) AS coalesce_1 
FROM (SELECT capture_windows.repository_id AS repository_id, capture_windows.kind AS kind, capture_windows.slice AS slice, capture_windows.window_from AS window_from, capture_windows.window_to AS window_to, capture_windows.captured_at AS captured_at, capture_windows.item_count AS item_count, capture_windows.reported_count AS reported_count, capture_windows.status AS status, capture_windows.reason AS reason 
FROM capture_windows 
WHERE capture_windows.repository_id = p_repository_id AND capture_windows.kind = p_kind AND capture_windows.slice = p_slice_ ORDER BY capture_windows.window_from, capture_windows.window_to) AS answer
); END
$function$;
COMMENT ON FUNCTION capture_windows_in_ledger(p_repository_id BIGINT, p_kind TEXT, p_slice_ TEXT) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_windows_in_ledger(p_repository_id BIGINT, p_kind TEXT, p_slice_ TEXT) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_windows_in_ledger(p_repository_id BIGINT, p_kind TEXT, p_slice_ TEXT) TO service_role;

CREATE OR REPLACE FUNCTION capture_write_artifact_files(p_rows JSONB) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY INVOKER SET search_path = public, pg_temp
AS $function$
WITH given AS 
(SELECT given_rows.artifact_id AS artifact_id, given_rows.position AS position, given_rows.repository_id AS repository_id, given_rows.captured_at AS captured_at, given_rows.path AS path, given_rows.size_bytes AS size_bytes, given_rows.category AS category, given_rows.media_type AS media_type, given_rows.sha256 AS sha256, given_rows.content AS content, given_rows.storage_key AS storage_key, given_rows.status AS status, given_rows.reason AS reason 
FROM jsonb_to_recordset(p_rows) AS given_rows(artifact_id BIGINT, position BIGINT, repository_id BIGINT, captured_at TIMESTAMP WITH TIME ZONE, path TEXT, size_bytes BIGINT, category TEXT, media_type TEXT, sha256 TEXT, content TEXT, storage_key TEXT, status TEXT, reason TEXT)), 
known AS 
(SELECT artifact_files.artifact_id AS artifact_id, artifact_files.position AS position 
FROM artifact_files, given 
WHERE artifact_files.artifact_id = given.artifact_id AND artifact_files.position = given.position), 
written AS 
(INSERT INTO artifact_files (artifact_id, position, repository_id, captured_at, path, size_bytes, category, media_type, sha256, content, storage_key, status, reason) SELECT given.artifact_id AS artifact_id, given.position AS position, given.repository_id AS repository_id, given.captured_at AS captured_at, given.path AS path, given.size_bytes AS size_bytes, given.category AS category, given.media_type AS media_type, given.sha256 AS sha256, given.content AS content, given.storage_key AS storage_key, given.status AS status, given.reason AS reason 
FROM given ON CONFLICT (artifact_id, position) DO UPDATE SET repository_id = excluded.repository_id, captured_at = excluded.captured_at, path = excluded.path, size_bytes = excluded.size_bytes, category = excluded.category, media_type = excluded.media_type, sha256 = excluded.sha256, content = excluded.content, storage_key = excluded.storage_key, status = excluded.status, reason = excluded.reason WHERE (excluded.captured_at > artifact_files.captured_at OR false) AND (excluded.repository_id IS DISTINCT FROM artifact_files.repository_id OR excluded.path IS DISTINCT FROM artifact_files.path OR excluded.size_bytes IS DISTINCT FROM artifact_files.size_bytes OR excluded.category IS DISTINCT FROM artifact_files.category OR excluded.media_type IS DISTINCT FROM artifact_files.media_type OR excluded.sha256 IS DISTINCT FROM artifact_files.sha256 OR excluded.content IS DISTINCT FROM artifact_files.content OR excluded.storage_key IS DISTINCT FROM artifact_files.storage_key OR excluded.status IS DISTINCT FROM artifact_files.status OR excluded.reason IS DISTINCT FROM artifact_files.reason) RETURNING artifact_files.artifact_id, artifact_files.position)
 SELECT coalesce(jsonb_agg(jsonb_build_array(written.artifact_id, written.position, EXISTS (SELECT * 
FROM known 
WHERE known.artifact_id = written.artifact_id AND known.position = written.position))), '[]'::jsonb) AS coalesce_1 
FROM written
$function$;
COMMENT ON FUNCTION capture_write_artifact_files(p_rows JSONB) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_write_artifact_files(p_rows JSONB) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_write_artifact_files(p_rows JSONB) TO service_role;

CREATE OR REPLACE FUNCTION capture_write_artifacts(p_rows JSONB) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY INVOKER SET search_path = public, pg_temp
AS $function$
WITH given AS 
(SELECT given_rows.id AS id, given_rows.repository_id AS repository_id, given_rows.captured_at AS captured_at, given_rows.run_id AS run_id, given_rows.name AS name, given_rows.size_in_bytes AS size_in_bytes, given_rows.digest AS digest, given_rows.expired AS expired, given_rows.created_at AS created_at, given_rows.updated_at AS updated_at, given_rows.expires_at AS expires_at, given_rows.head_branch AS head_branch, given_rows.head_sha AS head_sha 
FROM jsonb_to_recordset(p_rows) AS given_rows(id BIGINT, repository_id BIGINT, captured_at TIMESTAMP WITH TIME ZONE, run_id BIGINT, name TEXT, size_in_bytes BIGINT, digest TEXT, expired BOOLEAN, created_at TIMESTAMP WITH TIME ZONE, updated_at TIMESTAMP WITH TIME ZONE, expires_at TIMESTAMP WITH TIME ZONE, head_branch TEXT, head_sha TEXT)), 
known AS 
(SELECT artifacts.id AS id 
FROM artifacts, given 
WHERE artifacts.id = given.id), 
written AS 
(INSERT INTO artifacts (id, repository_id, captured_at, run_id, name, size_in_bytes, digest, expired, created_at, updated_at, expires_at, head_branch, head_sha, content_status) SELECT given.id AS id, given.repository_id AS repository_id, given.captured_at AS captured_at, given.run_id AS run_id, given.name AS name, given.size_in_bytes AS size_in_bytes, given.digest AS digest, given.expired AS expired, given.created_at AS created_at, given.updated_at AS updated_at, given.expires_at AS expires_at, given.head_branch AS head_branch, given.head_sha AS head_sha, 'pending' AS content_status 
FROM given ON CONFLICT (id) DO UPDATE SET repository_id = CASE WHEN (excluded.captured_at > artifacts.captured_at OR excluded.captured_at = artifacts.captured_at AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(artifacts.updated_at, '1970-01-01T00:00:00Z') OR false)) THEN excluded.repository_id ELSE artifacts.repository_id END, captured_at = CASE WHEN (excluded.captured_at > artifacts.captured_at OR excluded.captured_at = artifacts.captured_at AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(artifacts.updated_at, '1970-01-01T00:00:00Z') OR false)) THEN excluded.captured_at ELSE artifacts.captured_at END, run_id = CASE WHEN (excluded.captured_at > artifacts.captured_at OR excluded.captured_at = artifacts.captured_at AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(artifacts.updated_at, '1970-01-01T00:00:00Z') OR false)) THEN excluded.run_id ELSE artifacts.run_id END, name = CASE WHEN (excluded.captured_at > artifacts.captured_at OR excluded.captured_at = artifacts.captured_at AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(artifacts.updated_at, '1970-01-01T00:00:00Z') OR false)) THEN excluded.name ELSE artifacts.name END, size_in_bytes = CASE WHEN (excluded.captured_at > artifacts.captured_at OR excluded.captured_at = artifacts.captured_at AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(artifacts.updated_at, '1970-01-01T00:00:00Z') OR false)) THEN excluded.size_in_bytes ELSE artifacts.size_in_bytes END, digest = CASE WHEN (excluded.captured_at > artifacts.captured_at OR excluded.captured_at = artifacts.captured_at AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(artifacts.updated_at, '1970-01-01T00:00:00Z') OR false)) THEN excluded.digest ELSE artifacts.digest END, expired = CASE WHEN (excluded.captured_at > artifacts.captured_at OR excluded.captured_at = artifacts.captured_at AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(artifacts.updated_at, '1970-01-01T00:00:00Z') OR false)) THEN excluded.expired ELSE artifacts.expired END, created_at = CASE WHEN (excluded.captured_at > artifacts.captured_at OR excluded.captured_at = artifacts.captured_at AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(artifacts.updated_at, '1970-01-01T00:00:00Z') OR false)) THEN excluded.created_at ELSE artifacts.created_at END, updated_at = CASE WHEN (excluded.captured_at > artifacts.captured_at OR excluded.captured_at = artifacts.captured_at AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(artifacts.updated_at, '1970-01-01T00:00:00Z') OR false)) THEN excluded.updated_at ELSE artifacts.updated_at END, expires_at = CASE WHEN (excluded.captured_at > artifacts.captured_at OR excluded.captured_at = artifacts.captured_at AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(artifacts.updated_at, '1970-01-01T00:00:00Z') OR false)) THEN excluded.expires_at ELSE artifacts.expires_at END, head_branch = CASE WHEN (excluded.captured_at > artifacts.captured_at OR excluded.captured_at = artifacts.captured_at AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(artifacts.updated_at, '1970-01-01T00:00:00Z') OR false)) THEN excluded.head_branch ELSE artifacts.head_branch END, head_sha = CASE WHEN (excluded.captured_at > artifacts.captured_at OR excluded.captured_at = artifacts.captured_at AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(artifacts.updated_at, '1970-01-01T00:00:00Z') OR false)) THEN excluded.head_sha ELSE artifacts.head_sha END, content_status = CASE WHEN (excluded.captured_at > artifacts.gone_at AND (excluded.expires_at IS NULL OR excluded.expires_at > excluded.captured_at) AND excluded.expired IS NOT true AND artifacts.content_status = 'gone') THEN 'pending' ELSE artifacts.content_status END, content_reason = CASE WHEN (excluded.captured_at > artifacts.gone_at AND (excluded.expires_at IS NULL OR excluded.expires_at > excluded.captured_at) AND excluded.expired IS NOT true AND artifacts.content_status = 'gone') THEN NULL ELSE artifacts.content_reason END, gone_at = CASE WHEN (excluded.captured_at > artifacts.gone_at AND (excluded.expires_at IS NULL OR excluded.expires_at > excluded.captured_at) AND excluded.expired IS NOT true) THEN NULL ELSE artifacts.gone_at END WHERE (excluded.captured_at > artifacts.captured_at OR excluded.captured_at = artifacts.captured_at AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(artifacts.updated_at, '1970-01-01T00:00:00Z') OR false)) AND (excluded.repository_id IS DISTINCT FROM artifacts.repository_id OR excluded.run_id IS DISTINCT FROM artifacts.run_id OR excluded.name IS DISTINCT FROM artifacts.name OR excluded.size_in_bytes IS DISTINCT FROM artifacts.size_in_bytes OR excluded.digest IS DISTINCT FROM artifacts.digest OR excluded.expired IS DISTINCT FROM artifacts.expired OR excluded.created_at IS DISTINCT FROM artifacts.created_at OR excluded.updated_at IS DISTINCT FROM artifacts.updated_at OR excluded.expires_at IS DISTINCT FROM artifacts.expires_at OR excluded.head_branch IS DISTINCT FROM artifacts.head_branch OR excluded.head_sha IS DISTINCT FROM artifacts.head_sha) OR CASE WHEN (excluded.captured_at > artifacts.gone_at AND (excluded.expires_at IS NULL OR excluded.expires_at > excluded.captured_at) AND excluded.expired IS NOT true) THEN NULL ELSE artifacts.gone_at END IS DISTINCT FROM artifacts.gone_at OR CASE WHEN (excluded.captured_at > artifacts.gone_at AND (excluded.expires_at IS NULL OR excluded.expires_at > excluded.captured_at) AND excluded.expired IS NOT true AND artifacts.content_status = 'gone') THEN 'pending' ELSE artifacts.content_status END IS DISTINCT FROM artifacts.content_status OR CASE WHEN (excluded.captured_at > artifacts.gone_at AND (excluded.expires_at IS NULL OR excluded.expires_at > excluded.captured_at) AND excluded.expired IS NOT true AND artifacts.content_status = 'gone') THEN NULL ELSE artifacts.content_reason END IS DISTINCT FROM artifacts.content_reason RETURNING artifacts.id)
 SELECT coalesce(jsonb_agg(jsonb_build_array(written.id, EXISTS (SELECT * 
FROM known 
WHERE known.id = written.id))), '[]'::jsonb) AS coalesce_1 
FROM written
$function$;
COMMENT ON FUNCTION capture_write_artifacts(p_rows JSONB) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_write_artifacts(p_rows JSONB) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_write_artifacts(p_rows JSONB) TO service_role;

CREATE OR REPLACE FUNCTION capture_write_capture_failures(p_rows JSONB) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY INVOKER SET search_path = public, pg_temp
AS $function$
WITH given AS 
(SELECT given_rows.kind AS kind, given_rows.repository_id AS repository_id, given_rows.item_key AS item_key, given_rows.captured_at AS captured_at, given_rows.error AS error, given_rows.attempts AS attempts, given_rows.next_attempt_at AS next_attempt_at, given_rows.resolved_at AS resolved_at 
FROM jsonb_to_recordset(p_rows) AS given_rows(kind TEXT, repository_id BIGINT, item_key TEXT, captured_at TIMESTAMP WITH TIME ZONE, error TEXT, attempts BIGINT, next_attempt_at TIMESTAMP WITH TIME ZONE, resolved_at TIMESTAMP WITH TIME ZONE)), 
known AS 
(SELECT capture_failures.kind AS kind, capture_failures.repository_id AS repository_id, capture_failures.item_key AS item_key 
FROM capture_failures, given 
WHERE capture_failures.kind = given.kind AND capture_failures.repository_id = given.repository_id AND capture_failures.item_key = given.item_key), 
written AS 
(INSERT INTO capture_failures (kind, repository_id, item_key, captured_at, error, attempts, next_attempt_at, resolved_at) SELECT given.kind AS kind, given.repository_id AS repository_id, given.item_key AS item_key, given.captured_at AS captured_at, given.error AS error, given.attempts AS attempts, given.next_attempt_at AS next_attempt_at, given.resolved_at AS resolved_at 
FROM given ON CONFLICT (kind, repository_id, item_key) DO UPDATE SET captured_at = excluded.captured_at, error = excluded.error, attempts = excluded.attempts, next_attempt_at = excluded.next_attempt_at, resolved_at = excluded.resolved_at WHERE (excluded.captured_at > capture_failures.captured_at OR false) AND (excluded.error IS DISTINCT FROM capture_failures.error OR excluded.attempts IS DISTINCT FROM capture_failures.attempts OR excluded.next_attempt_at IS DISTINCT FROM capture_failures.next_attempt_at OR excluded.resolved_at IS DISTINCT FROM capture_failures.resolved_at) RETURNING capture_failures.kind, capture_failures.repository_id, capture_failures.item_key)
 SELECT coalesce(jsonb_agg(jsonb_build_array(written.kind, written.repository_id, written.item_key, EXISTS (SELECT * 
FROM known 
WHERE known.kind = written.kind AND known.repository_id = written.repository_id AND known.item_key = written.item_key))), '[]'::jsonb) AS coalesce_1 
FROM written
$function$;
COMMENT ON FUNCTION capture_write_capture_failures(p_rows JSONB) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_write_capture_failures(p_rows JSONB) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_write_capture_failures(p_rows JSONB) TO service_role;

CREATE OR REPLACE FUNCTION capture_write_capture_windows(p_rows JSONB) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY INVOKER SET search_path = public, pg_temp
AS $function$
WITH given AS 
(SELECT given_rows.repository_id AS repository_id, given_rows.kind AS kind, given_rows.slice AS slice, given_rows.window_from AS window_from, given_rows.window_to AS window_to, given_rows.captured_at AS captured_at, given_rows.item_count AS item_count, given_rows.reported_count AS reported_count, given_rows.status AS status, given_rows.reason AS reason 
FROM jsonb_to_recordset(p_rows) AS given_rows(repository_id BIGINT, kind TEXT, slice TEXT, window_from TIMESTAMP WITH TIME ZONE, window_to TIMESTAMP WITH TIME ZONE, captured_at TIMESTAMP WITH TIME ZONE, item_count BIGINT, reported_count BIGINT, status TEXT, reason TEXT)), 
known AS 
(SELECT capture_windows.repository_id AS repository_id, capture_windows.kind AS kind, capture_windows.slice AS slice, capture_windows.window_from AS window_from, capture_windows.window_to AS window_to 
FROM capture_windows, given 
WHERE capture_windows.repository_id = given.repository_id AND capture_windows.kind = given.kind AND capture_windows.slice = given.slice AND capture_windows.window_from = given.window_from AND capture_windows.window_to = given.window_to), 
written AS 
(INSERT INTO capture_windows (repository_id, kind, slice, window_from, window_to, captured_at, item_count, reported_count, status, reason) SELECT given.repository_id AS repository_id, given.kind AS kind, given.slice AS slice, given.window_from AS window_from, given.window_to AS window_to, given.captured_at AS captured_at, given.item_count AS item_count, given.reported_count AS reported_count, given.status AS status, given.reason AS reason 
FROM given ON CONFLICT (repository_id, kind, slice, window_from, window_to) DO UPDATE SET captured_at = excluded.captured_at, item_count = excluded.item_count, reported_count = excluded.reported_count, status = excluded.status, reason = excluded.reason WHERE (excluded.captured_at > capture_windows.captured_at OR excluded.captured_at = capture_windows.captured_at AND (CASE WHEN (excluded.status = 'saturated') THEN 1 WHEN (excluded.status = 'covered') THEN 1 ELSE 0 END > CASE WHEN (capture_windows.status = 'saturated') THEN 1 WHEN (capture_windows.status = 'covered') THEN 1 ELSE 0 END OR false)) AND (excluded.captured_at IS DISTINCT FROM capture_windows.captured_at OR excluded.item_count IS DISTINCT FROM capture_windows.item_count OR excluded.reported_count IS DISTINCT FROM capture_windows.reported_count OR excluded.status IS DISTINCT FROM capture_windows.status OR excluded.reason IS DISTINCT FROM capture_windows.reason) RETURNING capture_windows.repository_id, capture_windows.kind, capture_windows.slice, capture_windows.window_from, capture_windows.window_to)
 SELECT coalesce(jsonb_agg(jsonb_build_array(written.repository_id, written.kind, written.slice, written.window_from, written.window_to, EXISTS (SELECT * 
FROM known 
WHERE known.repository_id = written.repository_id AND known.kind = written.kind AND known.slice = written.slice AND known.window_from = written.window_from AND known.window_to = written.window_to))), '[]'::jsonb) AS coalesce_1 
FROM written
$function$;
COMMENT ON FUNCTION capture_write_capture_windows(p_rows JSONB) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_write_capture_windows(p_rows JSONB) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_write_capture_windows(p_rows JSONB) TO service_role;

CREATE OR REPLACE FUNCTION capture_write_commits(p_rows JSONB) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY INVOKER SET search_path = public, pg_temp
AS $function$
WITH given AS 
(SELECT given_rows.repository_id AS repository_id, given_rows.sha AS sha, given_rows.captured_at AS captured_at, given_rows.tree_id AS tree_id, given_rows.message AS message, given_rows.author_name AS author_name, given_rows.committed_at AS committed_at 
FROM jsonb_to_recordset(p_rows) AS given_rows(repository_id BIGINT, sha TEXT, captured_at TIMESTAMP WITH TIME ZONE, tree_id TEXT, message TEXT, author_name TEXT, committed_at TIMESTAMP WITH TIME ZONE)), 
known AS 
(SELECT commits.repository_id AS repository_id, commits.sha AS sha 
FROM commits, given 
WHERE commits.repository_id = given.repository_id AND commits.sha = given.sha), 
written AS 
(INSERT INTO commits (repository_id, sha, captured_at, tree_id, message, author_name, committed_at) SELECT given.repository_id AS repository_id, given.sha AS sha, given.captured_at AS captured_at, given.tree_id AS tree_id, given.message AS message, given.author_name AS author_name, given.committed_at AS committed_at 
FROM given ON CONFLICT (repository_id, sha) DO UPDATE SET captured_at = excluded.captured_at, tree_id = excluded.tree_id, message = excluded.message, author_name = excluded.author_name, committed_at = excluded.committed_at WHERE (excluded.captured_at > commits.captured_at OR false) AND (excluded.tree_id IS DISTINCT FROM commits.tree_id OR excluded.message IS DISTINCT FROM commits.message OR excluded.author_name IS DISTINCT FROM commits.author_name OR excluded.committed_at IS DISTINCT FROM commits.committed_at) RETURNING commits.repository_id, commits.sha)
 SELECT coalesce(jsonb_agg(jsonb_build_array(written.repository_id, written.sha, EXISTS (SELECT * 
FROM known 
WHERE known.repository_id = written.repository_id AND known.sha = written.sha))), '[]'::jsonb) AS coalesce_1 
FROM written
$function$;
COMMENT ON FUNCTION capture_write_commits(p_rows JSONB) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_write_commits(p_rows JSONB) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_write_commits(p_rows JSONB) TO service_role;

CREATE OR REPLACE FUNCTION capture_write_file_changes(p_rows JSONB) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY INVOKER SET search_path = public, pg_temp
AS $function$
WITH given AS 
(SELECT given_rows.repository_id AS repository_id, given_rows.pull_request_number AS pull_request_number, given_rows.path AS path, given_rows.captured_at AS captured_at, given_rows.head_sha AS head_sha, given_rows.previous_path AS previous_path, given_rows.status AS status, given_rows.additions AS additions, given_rows.deletions AS deletions, given_rows.changes AS changes 
FROM jsonb_to_recordset(p_rows) AS given_rows(repository_id BIGINT, pull_request_number BIGINT, path TEXT, captured_at TIMESTAMP WITH TIME ZONE, head_sha TEXT, previous_path TEXT, status TEXT, additions BIGINT, deletions BIGINT, changes BIGINT)), 
known AS 
(SELECT file_changes.repository_id AS repository_id, file_changes.pull_request_number AS pull_request_number, file_changes.path AS path 
FROM file_changes, given 
WHERE file_changes.repository_id = given.repository_id AND file_changes.pull_request_number = given.pull_request_number AND file_changes.path = given.path), 
written AS 
(INSERT INTO file_changes (repository_id, pull_request_number, path, captured_at, head_sha, previous_path, status, additions, deletions, changes) SELECT given.repository_id AS repository_id, given.pull_request_number AS pull_request_number, given.path AS path, given.captured_at AS captured_at, given.head_sha AS head_sha, given.previous_path AS previous_path, given.status AS status, given.additions AS additions, given.deletions AS deletions, given.changes AS changes 
FROM given ON CONFLICT (repository_id, pull_request_number, path) DO UPDATE SET captured_at = CASE WHEN (excluded.captured_at > file_changes.captured_at OR false) THEN excluded.captured_at ELSE file_changes.captured_at END, head_sha = CASE WHEN (excluded.captured_at > file_changes.captured_at OR false) THEN excluded.head_sha ELSE file_changes.head_sha END, previous_path = CASE WHEN (CASE WHEN (excluded.captured_at > file_changes.captured_at OR false) THEN excluded.status ELSE file_changes.status END IN ('renamed', 'copied')) THEN CASE WHEN (excluded.captured_at > file_changes.captured_at OR false) THEN coalesce(excluded.previous_path, file_changes.previous_path) ELSE coalesce(file_changes.previous_path, excluded.previous_path) END ELSE CASE WHEN (excluded.captured_at > file_changes.captured_at OR false) THEN excluded.previous_path ELSE file_changes.previous_path END END, status = CASE WHEN (excluded.captured_at > file_changes.captured_at OR false) THEN excluded.status ELSE file_changes.status END, additions = CASE WHEN (excluded.captured_at > file_changes.captured_at OR false) THEN excluded.additions ELSE file_changes.additions END, deletions = CASE WHEN (excluded.captured_at > file_changes.captured_at OR false) THEN excluded.deletions ELSE file_changes.deletions END, changes = CASE WHEN (excluded.captured_at > file_changes.captured_at OR false) THEN excluded.changes ELSE file_changes.changes END WHERE (excluded.captured_at > file_changes.captured_at OR false) AND (excluded.head_sha IS DISTINCT FROM file_changes.head_sha OR excluded.status IS DISTINCT FROM file_changes.status OR excluded.additions IS DISTINCT FROM file_changes.additions OR excluded.deletions IS DISTINCT FROM file_changes.deletions OR excluded.changes IS DISTINCT FROM file_changes.changes) OR CASE WHEN (CASE WHEN (excluded.captured_at > file_changes.captured_at OR false) THEN excluded.status ELSE file_changes.status END IN ('renamed', 'copied')) THEN CASE WHEN (excluded.captured_at > file_changes.captured_at OR false) THEN coalesce(excluded.previous_path, file_changes.previous_path) ELSE coalesce(file_changes.previous_path, excluded.previous_path) END ELSE CASE WHEN (excluded.captured_at > file_changes.captured_at OR false) THEN excluded.previous_path ELSE file_changes.previous_path END END IS DISTINCT FROM file_changes.previous_path RETURNING file_changes.repository_id, file_changes.pull_request_number, file_changes.path)
 SELECT coalesce(jsonb_agg(jsonb_build_array(written.repository_id, written.pull_request_number, written.path, EXISTS (SELECT * 
FROM known 
WHERE known.repository_id = written.repository_id AND known.pull_request_number = written.pull_request_number AND known.path = written.path))), '[]'::jsonb) AS coalesce_1 
FROM written
$function$;
COMMENT ON FUNCTION capture_write_file_changes(p_rows JSONB) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_write_file_changes(p_rows JSONB) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_write_file_changes(p_rows JSONB) TO service_role;

CREATE OR REPLACE FUNCTION capture_write_issue_comments(p_rows JSONB) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY INVOKER SET search_path = public, pg_temp
AS $function$
WITH given AS 
(SELECT given_rows.id AS id, given_rows.repository_id AS repository_id, given_rows.captured_at AS captured_at, given_rows.pull_request_number AS pull_request_number, given_rows.author_login AS author_login, given_rows.body AS body, given_rows.is_minimized AS is_minimized, given_rows.created_at AS created_at, given_rows.updated_at AS updated_at 
FROM jsonb_to_recordset(p_rows) AS given_rows(id BIGINT, repository_id BIGINT, captured_at TIMESTAMP WITH TIME ZONE, pull_request_number BIGINT, author_login TEXT, body TEXT, is_minimized BOOLEAN, created_at TIMESTAMP WITH TIME ZONE, updated_at TIMESTAMP WITH TIME ZONE)), 
known AS 
(SELECT issue_comments.id AS id 
FROM issue_comments, given 
WHERE issue_comments.id = given.id), 
written AS 
(INSERT INTO issue_comments (id, repository_id, captured_at, pull_request_number, author_login, body, is_minimized, created_at, updated_at) SELECT given.id AS id, given.repository_id AS repository_id, given.captured_at AS captured_at, given.pull_request_number AS pull_request_number, given.author_login AS author_login, given.body AS body, given.is_minimized AS is_minimized, given.created_at AS created_at, given.updated_at AS updated_at 
FROM given ON CONFLICT (id) DO UPDATE SET repository_id = CASE WHEN (excluded.captured_at > issue_comments.captured_at OR excluded.captured_at = issue_comments.captured_at AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(issue_comments.updated_at, '1970-01-01T00:00:00Z') OR false)) THEN excluded.repository_id ELSE issue_comments.repository_id END, captured_at = CASE WHEN (excluded.captured_at > issue_comments.captured_at OR excluded.captured_at = issue_comments.captured_at AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(issue_comments.updated_at, '1970-01-01T00:00:00Z') OR false)) THEN excluded.captured_at ELSE issue_comments.captured_at END, pull_request_number = CASE WHEN (excluded.captured_at > issue_comments.captured_at OR excluded.captured_at = issue_comments.captured_at AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(issue_comments.updated_at, '1970-01-01T00:00:00Z') OR false)) THEN excluded.pull_request_number ELSE issue_comments.pull_request_number END, author_login = CASE WHEN (excluded.captured_at > issue_comments.captured_at OR excluded.captured_at = issue_comments.captured_at AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(issue_comments.updated_at, '1970-01-01T00:00:00Z') OR false)) THEN excluded.author_login ELSE issue_comments.author_login END, body = CASE WHEN (excluded.captured_at > issue_comments.captured_at OR excluded.captured_at = issue_comments.captured_at AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(issue_comments.updated_at, '1970-01-01T00:00:00Z') OR false)) THEN excluded.body ELSE issue_comments.body END, is_minimized = CASE WHEN (excluded.captured_at > issue_comments.captured_at OR excluded.captured_at = issue_comments.captured_at AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(issue_comments.updated_at, '1970-01-01T00:00:00Z') OR false)) THEN coalesce(excluded.is_minimized, issue_comments.is_minimized) ELSE coalesce(issue_comments.is_minimized, excluded.is_minimized) END, created_at = CASE WHEN (excluded.captured_at > issue_comments.captured_at OR excluded.captured_at = issue_comments.captured_at AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(issue_comments.updated_at, '1970-01-01T00:00:00Z') OR false)) THEN excluded.created_at ELSE issue_comments.created_at END, updated_at = CASE WHEN (excluded.captured_at > issue_comments.captured_at OR excluded.captured_at = issue_comments.captured_at AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(issue_comments.updated_at, '1970-01-01T00:00:00Z') OR false)) THEN excluded.updated_at ELSE issue_comments.updated_at END, gone_at = CASE WHEN (excluded.captured_at > issue_comments.gone_at) THEN NULL ELSE issue_comments.gone_at END WHERE (excluded.captured_at > issue_comments.captured_at OR excluded.captured_at = issue_comments.captured_at AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(issue_comments.updated_at, '1970-01-01T00:00:00Z') OR false)) AND (excluded.repository_id IS DISTINCT FROM issue_comments.repository_id OR excluded.pull_request_number IS DISTINCT FROM issue_comments.pull_request_number OR excluded.author_login IS DISTINCT FROM issue_comments.author_login OR excluded.body IS DISTINCT FROM issue_comments.body OR excluded.created_at IS DISTINCT FROM issue_comments.created_at OR excluded.updated_at IS DISTINCT FROM issue_comments.updated_at) OR CASE WHEN (excluded.captured_at > issue_comments.captured_at OR excluded.captured_at = issue_comments.captured_at AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(issue_comments.updated_at, '1970-01-01T00:00:00Z') OR false)) THEN coalesce(excluded.is_minimized, issue_comments.is_minimized) ELSE coalesce(issue_comments.is_minimized, excluded.is_minimized) END IS DISTINCT FROM issue_comments.is_minimized OR CASE WHEN (excluded.captured_at > issue_comments.gone_at) THEN NULL ELSE issue_comments.gone_at END IS DISTINCT FROM issue_comments.gone_at RETURNING issue_comments.id)
 SELECT coalesce(jsonb_agg(jsonb_build_array(written.id, EXISTS (SELECT * 
FROM known 
WHERE known.id = written.id))), '[]'::jsonb) AS coalesce_1 
FROM written
$function$;
COMMENT ON FUNCTION capture_write_issue_comments(p_rows JSONB) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_write_issue_comments(p_rows JSONB) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_write_issue_comments(p_rows JSONB) TO service_role;

CREATE OR REPLACE FUNCTION capture_write_pull_request_coverage(p_rows JSONB) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY INVOKER SET search_path = public, pg_temp
AS $function$
WITH given AS 
(SELECT given_rows.repository_id AS repository_id, given_rows.pull_request_number AS pull_request_number, given_rows.part AS part, given_rows.captured_at AS captured_at, given_rows.pull_request_updated_at AS pull_request_updated_at, given_rows.head_sha AS head_sha, given_rows.item_count AS item_count, given_rows.reported_count AS reported_count, given_rows.reason AS reason 
FROM jsonb_to_recordset(p_rows) AS given_rows(repository_id BIGINT, pull_request_number BIGINT, part TEXT, captured_at TIMESTAMP WITH TIME ZONE, pull_request_updated_at TIMESTAMP WITH TIME ZONE, head_sha TEXT, item_count BIGINT, reported_count BIGINT, reason TEXT)), 
known AS 
(SELECT pull_request_coverage.repository_id AS repository_id, pull_request_coverage.pull_request_number AS pull_request_number, pull_request_coverage.part AS part 
FROM pull_request_coverage, given 
WHERE pull_request_coverage.repository_id = given.repository_id AND pull_request_coverage.pull_request_number = given.pull_request_number AND pull_request_coverage.part = given.part), 
written AS 
(INSERT INTO pull_request_coverage (repository_id, pull_request_number, part, captured_at, pull_request_updated_at, head_sha, item_count, reported_count, reason) SELECT given.repository_id AS repository_id, given.pull_request_number AS pull_request_number, given.part AS part, given.captured_at AS captured_at, given.pull_request_updated_at AS pull_request_updated_at, given.head_sha AS head_sha, given.item_count AS item_count, given.reported_count AS reported_count, given.reason AS reason 
FROM given ON CONFLICT (repository_id, pull_request_number, part) DO UPDATE SET captured_at = excluded.captured_at, pull_request_updated_at = excluded.pull_request_updated_at, head_sha = excluded.head_sha, item_count = excluded.item_count, reported_count = excluded.reported_count, reason = excluded.reason WHERE (excluded.captured_at > pull_request_coverage.captured_at OR excluded.captured_at = pull_request_coverage.captured_at AND (coalesce(excluded.pull_request_updated_at, '1970-01-01T00:00:00Z') > coalesce(pull_request_coverage.pull_request_updated_at, '1970-01-01T00:00:00Z') OR coalesce(excluded.pull_request_updated_at, '1970-01-01T00:00:00Z') = coalesce(pull_request_coverage.pull_request_updated_at, '1970-01-01T00:00:00Z') AND (CASE WHEN (excluded.reason IS NULL) THEN 0 ELSE 1 END > CASE WHEN (pull_request_coverage.reason IS NULL) THEN 0 ELSE 1 END OR false))) AND (excluded.pull_request_updated_at IS DISTINCT FROM pull_request_coverage.pull_request_updated_at OR excluded.head_sha IS DISTINCT FROM pull_request_coverage.head_sha OR excluded.item_count IS DISTINCT FROM pull_request_coverage.item_count OR excluded.reported_count IS DISTINCT FROM pull_request_coverage.reported_count OR excluded.reason IS DISTINCT FROM pull_request_coverage.reason) RETURNING pull_request_coverage.repository_id, pull_request_coverage.pull_request_number, pull_request_coverage.part)
 SELECT coalesce(jsonb_agg(jsonb_build_array(written.repository_id, written.pull_request_number, written.part, EXISTS (SELECT * 
FROM known 
WHERE known.repository_id = written.repository_id AND known.pull_request_number = written.pull_request_number AND known.part = written.part))), '[]'::jsonb) AS coalesce_1 
FROM written
$function$;
COMMENT ON FUNCTION capture_write_pull_request_coverage(p_rows JSONB) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_write_pull_request_coverage(p_rows JSONB) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_write_pull_request_coverage(p_rows JSONB) TO service_role;

CREATE OR REPLACE FUNCTION capture_write_pull_requests(p_rows JSONB) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY INVOKER SET search_path = public, pg_temp
AS $function$
WITH given AS 
(SELECT given_rows.id AS id, given_rows.repository_id AS repository_id, given_rows.captured_at AS captured_at, given_rows.number AS number, given_rows.title AS title, given_rows.state AS state, given_rows.draft AS draft, given_rows.merged AS merged, given_rows.author_login AS author_login, given_rows.base_ref AS base_ref, given_rows.head_ref AS head_ref, given_rows.head_sha AS head_sha, given_rows.head_repository_id AS head_repository_id, given_rows.additions AS additions, given_rows.deletions AS deletions, given_rows.changed_files AS changed_files, given_rows.created_at AS created_at, given_rows.updated_at AS updated_at, given_rows.closed_at AS closed_at, given_rows.merged_at AS merged_at, given_rows.node_id AS node_id 
FROM jsonb_to_recordset(p_rows) AS given_rows(id BIGINT, repository_id BIGINT, captured_at TIMESTAMP WITH TIME ZONE, number BIGINT, title TEXT, state TEXT, draft BOOLEAN, merged BOOLEAN, author_login TEXT, base_ref TEXT, head_ref TEXT, head_sha TEXT, head_repository_id BIGINT, additions BIGINT, deletions BIGINT, changed_files BIGINT, created_at TIMESTAMP WITH TIME ZONE, updated_at TIMESTAMP WITH TIME ZONE, closed_at TIMESTAMP WITH TIME ZONE, merged_at TIMESTAMP WITH TIME ZONE, node_id TEXT)), 
known AS 
(SELECT pull_requests.id AS id 
FROM pull_requests, given 
WHERE pull_requests.id = given.id), 
written AS 
(INSERT INTO pull_requests (id, repository_id, captured_at, number, title, state, draft, merged, author_login, base_ref, head_ref, head_sha, head_repository_id, additions, deletions, changed_files, created_at, updated_at, closed_at, merged_at, node_id) SELECT given.id AS id, given.repository_id AS repository_id, given.captured_at AS captured_at, given.number AS number, given.title AS title, given.state AS state, given.draft AS draft, given.merged AS merged, given.author_login AS author_login, given.base_ref AS base_ref, given.head_ref AS head_ref, given.head_sha AS head_sha, given.head_repository_id AS head_repository_id, given.additions AS additions, given.deletions AS deletions, given.changed_files AS changed_files, given.created_at AS created_at, given.updated_at AS updated_at, given.closed_at AS closed_at, given.merged_at AS merged_at, given.node_id AS node_id 
FROM given ON CONFLICT (id) DO UPDATE SET repository_id = CASE WHEN (excluded.captured_at > pull_requests.captured_at OR excluded.captured_at = pull_requests.captured_at AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(pull_requests.updated_at, '1970-01-01T00:00:00Z') OR false)) THEN excluded.repository_id ELSE pull_requests.repository_id END, captured_at = CASE WHEN (excluded.captured_at > pull_requests.captured_at OR excluded.captured_at = pull_requests.captured_at AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(pull_requests.updated_at, '1970-01-01T00:00:00Z') OR false)) THEN excluded.captured_at ELSE pull_requests.captured_at END, number = CASE WHEN (excluded.captured_at > pull_requests.captured_at OR excluded.captured_at = pull_requests.captured_at AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(pull_requests.updated_at, '1970-01-01T00:00:00Z') OR false)) THEN excluded.number ELSE pull_requests.number END, title = CASE WHEN (excluded.captured_at > pull_requests.captured_at OR excluded.captured_at = pull_requests.captured_at AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(pull_requests.updated_at, '1970-01-01T00:00:00Z') OR false)) THEN excluded.title ELSE pull_requests.title END, state = CASE WHEN (excluded.captured_at > pull_requests.captured_at OR excluded.captured_at = pull_requests.captured_at AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(pull_requests.updated_at, '1970-01-01T00:00:00Z') OR false)) THEN excluded.state ELSE pull_requests.state END, draft = CASE WHEN (excluded.captured_at > pull_requests.captured_at OR excluded.captured_at = pull_requests.captured_at AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(pull_requests.updated_at, '1970-01-01T00:00:00Z') OR false)) THEN excluded.draft ELSE pull_requests.draft END, merged = CASE WHEN (excluded.captured_at > pull_requests.captured_at OR excluded.captured_at = pull_requests.captured_at AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(pull_requests.updated_at, '1970-01-01T00:00:00Z') OR false)) THEN excluded.merged ELSE pull_requests.merged END, author_login = CASE WHEN (excluded.captured_at > pull_requests.captured_at OR excluded.captured_at = pull_requests.captured_at AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(pull_requests.updated_at, '1970-01-01T00:00:00Z') OR false)) THEN excluded.author_login ELSE pull_requests.author_login END, base_ref = CASE WHEN (excluded.captured_at > pull_requests.captured_at OR excluded.captured_at = pull_requests.captured_at AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(pull_requests.updated_at, '1970-01-01T00:00:00Z') OR false)) THEN excluded.base_ref ELSE pull_requests.base_ref END, head_ref = CASE WHEN (excluded.captured_at > pull_requests.captured_at OR excluded.captured_at = pull_requests.captured_at AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(pull_requests.updated_at, '1970-01-01T00:00:00Z') OR false)) THEN excluded.head_ref ELSE pull_requests.head_ref END, head_sha = CASE WHEN (excluded.captured_at > pull_requests.captured_at OR excluded.captured_at = pull_requests.captured_at AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(pull_requests.updated_at, '1970-01-01T00:00:00Z') OR false)) THEN excluded.head_sha ELSE pull_requests.head_sha END, head_repository_id = CASE WHEN (excluded.captured_at > pull_requests.captured_at OR excluded.captured_at = pull_requests.captured_at AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(pull_requests.updated_at, '1970-01-01T00:00:00Z') OR false)) THEN excluded.head_repository_id ELSE pull_requests.head_repository_id END, additions = CASE WHEN (excluded.captured_at > pull_requests.captured_at OR excluded.captured_at = pull_requests.captured_at AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(pull_requests.updated_at, '1970-01-01T00:00:00Z') OR false)) THEN excluded.additions ELSE pull_requests.additions END, deletions = CASE WHEN (excluded.captured_at > pull_requests.captured_at OR excluded.captured_at = pull_requests.captured_at AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(pull_requests.updated_at, '1970-01-01T00:00:00Z') OR false)) THEN excluded.deletions ELSE pull_requests.deletions END, changed_files = CASE WHEN (excluded.captured_at > pull_requests.captured_at OR excluded.captured_at = pull_requests.captured_at AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(pull_requests.updated_at, '1970-01-01T00:00:00Z') OR false)) THEN excluded.changed_files ELSE pull_requests.changed_files END, created_at = CASE WHEN (excluded.captured_at > pull_requests.captured_at OR excluded.captured_at = pull_requests.captured_at AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(pull_requests.updated_at, '1970-01-01T00:00:00Z') OR false)) THEN excluded.created_at ELSE pull_requests.created_at END, updated_at = CASE WHEN (excluded.captured_at > pull_requests.captured_at OR excluded.captured_at = pull_requests.captured_at AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(pull_requests.updated_at, '1970-01-01T00:00:00Z') OR false)) THEN excluded.updated_at ELSE pull_requests.updated_at END, closed_at = CASE WHEN (excluded.captured_at > pull_requests.captured_at OR excluded.captured_at = pull_requests.captured_at AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(pull_requests.updated_at, '1970-01-01T00:00:00Z') OR false)) THEN excluded.closed_at ELSE pull_requests.closed_at END, merged_at = CASE WHEN (excluded.captured_at > pull_requests.captured_at OR excluded.captured_at = pull_requests.captured_at AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(pull_requests.updated_at, '1970-01-01T00:00:00Z') OR false)) THEN excluded.merged_at ELSE pull_requests.merged_at END, gone_at = CASE WHEN (excluded.captured_at > pull_requests.gone_at) THEN NULL ELSE pull_requests.gone_at END, node_id = coalesce(pull_requests.node_id, excluded.node_id) WHERE (excluded.captured_at > pull_requests.captured_at OR excluded.captured_at = pull_requests.captured_at AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(pull_requests.updated_at, '1970-01-01T00:00:00Z') OR false)) AND (excluded.repository_id IS DISTINCT FROM pull_requests.repository_id OR excluded.number IS DISTINCT FROM pull_requests.number OR excluded.title IS DISTINCT FROM pull_requests.title OR excluded.state IS DISTINCT FROM pull_requests.state OR excluded.draft IS DISTINCT FROM pull_requests.draft OR excluded.merged IS DISTINCT FROM pull_requests.merged OR excluded.author_login IS DISTINCT FROM pull_requests.author_login OR excluded.base_ref IS DISTINCT FROM pull_requests.base_ref OR excluded.head_ref IS DISTINCT FROM pull_requests.head_ref OR excluded.head_sha IS DISTINCT FROM pull_requests.head_sha OR excluded.head_repository_id IS DISTINCT FROM pull_requests.head_repository_id OR excluded.additions IS DISTINCT FROM pull_requests.additions OR excluded.deletions IS DISTINCT FROM pull_requests.deletions OR excluded.changed_files IS DISTINCT FROM pull_requests.changed_files OR excluded.created_at IS DISTINCT FROM pull_requests.created_at OR excluded.updated_at IS DISTINCT FROM pull_requests.updated_at OR excluded.closed_at IS DISTINCT FROM pull_requests.closed_at OR excluded.merged_at IS DISTINCT FROM pull_requests.merged_at) OR coalesce(pull_requests.node_id, excluded.node_id) IS DISTINCT FROM pull_requests.node_id OR CASE WHEN (excluded.captured_at > pull_requests.gone_at) THEN NULL ELSE pull_requests.gone_at END IS DISTINCT FROM pull_requests.gone_at RETURNING pull_requests.id)
 SELECT coalesce(jsonb_agg(jsonb_build_array(written.id, EXISTS (SELECT * 
FROM known 
WHERE known.id = written.id))), '[]'::jsonb) AS coalesce_1 
FROM written
$function$;
COMMENT ON FUNCTION capture_write_pull_requests(p_rows JSONB) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_write_pull_requests(p_rows JSONB) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_write_pull_requests(p_rows JSONB) TO service_role;

CREATE OR REPLACE FUNCTION capture_write_repositories(p_rows JSONB) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY INVOKER SET search_path = public, pg_temp
AS $function$
WITH given AS 
(SELECT given_rows.id AS id, given_rows.captured_at AS captured_at, given_rows.full_name AS full_name, given_rows.owner AS owner, given_rows.name AS name, given_rows.private AS private, given_rows.default_branch AS default_branch, given_rows.html_url AS html_url 
FROM jsonb_to_recordset(p_rows) AS given_rows(id BIGINT, captured_at TIMESTAMP WITH TIME ZONE, full_name TEXT, owner TEXT, name TEXT, private BOOLEAN, default_branch TEXT, html_url TEXT)), 
known AS 
(SELECT repositories.id AS id 
FROM repositories, given 
WHERE repositories.id = given.id), 
written AS 
(INSERT INTO repositories (id, captured_at, full_name, owner, name, private, default_branch, html_url) SELECT given.id AS id, given.captured_at AS captured_at, given.full_name AS full_name, given.owner AS owner, given.name AS name, given.private AS private, given.default_branch AS default_branch, given.html_url AS html_url 
FROM given ON CONFLICT (id) DO UPDATE SET captured_at = excluded.captured_at, full_name = excluded.full_name, owner = excluded.owner, name = excluded.name, private = excluded.private, default_branch = excluded.default_branch, html_url = excluded.html_url WHERE (excluded.captured_at > repositories.captured_at OR false) AND (excluded.full_name IS DISTINCT FROM repositories.full_name OR excluded.owner IS DISTINCT FROM repositories.owner OR excluded.name IS DISTINCT FROM repositories.name OR excluded.private IS DISTINCT FROM repositories.private OR excluded.default_branch IS DISTINCT FROM repositories.default_branch OR excluded.html_url IS DISTINCT FROM repositories.html_url) RETURNING repositories.id)
 SELECT coalesce(jsonb_agg(jsonb_build_array(written.id, EXISTS (SELECT * 
FROM known 
WHERE known.id = written.id))), '[]'::jsonb) AS coalesce_1 
FROM written
$function$;
COMMENT ON FUNCTION capture_write_repositories(p_rows JSONB) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_write_repositories(p_rows JSONB) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_write_repositories(p_rows JSONB) TO service_role;

CREATE OR REPLACE FUNCTION capture_write_review_comments(p_rows JSONB) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY INVOKER SET search_path = public, pg_temp
AS $function$
WITH given AS 
(SELECT given_rows.id AS id, given_rows.repository_id AS repository_id, given_rows.captured_at AS captured_at, given_rows.pull_request_number AS pull_request_number, given_rows.review_id AS review_id, given_rows.author_login AS author_login, given_rows.body AS body, given_rows.path AS path, given_rows.line AS line, given_rows.in_reply_to_id AS in_reply_to_id, given_rows.is_minimized AS is_minimized, given_rows.created_at AS created_at, given_rows.updated_at AS updated_at 
FROM jsonb_to_recordset(p_rows) AS given_rows(id BIGINT, repository_id BIGINT, captured_at TIMESTAMP WITH TIME ZONE, pull_request_number BIGINT, review_id BIGINT, author_login TEXT, body TEXT, path TEXT, line BIGINT, in_reply_to_id BIGINT, is_minimized BOOLEAN, created_at TIMESTAMP WITH TIME ZONE, updated_at TIMESTAMP WITH TIME ZONE)), 
known AS 
(SELECT review_comments.id AS id 
FROM review_comments, given 
WHERE review_comments.id = given.id), 
written AS 
(INSERT INTO review_comments (id, repository_id, captured_at, pull_request_number, review_id, author_login, body, path, line, in_reply_to_id, is_minimized, created_at, updated_at) SELECT given.id AS id, given.repository_id AS repository_id, given.captured_at AS captured_at, given.pull_request_number AS pull_request_number, given.review_id AS review_id, given.author_login AS author_login, given.body AS body, given.path AS path, given.line AS line, given.in_reply_to_id AS in_reply_to_id, given.is_minimized AS is_minimized, given.created_at AS created_at, given.updated_at AS updated_at 
FROM given ON CONFLICT (id) DO UPDATE SET repository_id = CASE WHEN (excluded.captured_at > review_comments.captured_at OR excluded.captured_at = review_comments.captured_at AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(review_comments.updated_at, '1970-01-01T00:00:00Z') OR false)) THEN excluded.repository_id ELSE review_comments.repository_id END, captured_at = CASE WHEN (excluded.captured_at > review_comments.captured_at OR excluded.captured_at = review_comments.captured_at AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(review_comments.updated_at, '1970-01-01T00:00:00Z') OR false)) THEN excluded.captured_at ELSE review_comments.captured_at END, pull_request_number = CASE WHEN (excluded.captured_at > review_comments.captured_at OR excluded.captured_at = review_comments.captured_at AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(review_comments.updated_at, '1970-01-01T00:00:00Z') OR false)) THEN excluded.pull_request_number ELSE review_comments.pull_request_number END, review_id = CASE WHEN (excluded.captured_at > review_comments.captured_at OR excluded.captured_at = review_comments.captured_at AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(review_comments.updated_at, '1970-01-01T00:00:00Z') OR false)) THEN excluded.review_id ELSE review_comments.review_id END, author_login = CASE WHEN (excluded.captured_at > review_comments.captured_at OR excluded.captured_at = review_comments.captured_at AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(review_comments.updated_at, '1970-01-01T00:00:00Z') OR false)) THEN excluded.author_login ELSE review_comments.author_login END, body = CASE WHEN (excluded.captured_at > review_comments.captured_at OR excluded.captured_at = review_comments.captured_at AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(review_comments.updated_at, '1970-01-01T00:00:00Z') OR false)) THEN excluded.body ELSE review_comments.body END, path = CASE WHEN (excluded.captured_at > review_comments.captured_at OR excluded.captured_at = review_comments.captured_at AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(review_comments.updated_at, '1970-01-01T00:00:00Z') OR false)) THEN excluded.path ELSE review_comments.path END, line = CASE WHEN (excluded.captured_at > review_comments.captured_at OR excluded.captured_at = review_comments.captured_at AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(review_comments.updated_at, '1970-01-01T00:00:00Z') OR false)) THEN excluded.line ELSE review_comments.line END, in_reply_to_id = CASE WHEN (excluded.captured_at > review_comments.captured_at OR excluded.captured_at = review_comments.captured_at AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(review_comments.updated_at, '1970-01-01T00:00:00Z') OR false)) THEN excluded.in_reply_to_id ELSE review_comments.in_reply_to_id END, is_minimized = CASE WHEN (excluded.captured_at > review_comments.captured_at OR excluded.captured_at = review_comments.captured_at AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(review_comments.updated_at, '1970-01-01T00:00:00Z') OR false)) THEN coalesce(excluded.is_minimized, review_comments.is_minimized) ELSE coalesce(review_comments.is_minimized, excluded.is_minimized) END, created_at = CASE WHEN (excluded.captured_at > review_comments.captured_at OR excluded.captured_at = review_comments.captured_at AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(review_comments.updated_at, '1970-01-01T00:00:00Z') OR false)) THEN excluded.created_at ELSE review_comments.created_at END, updated_at = CASE WHEN (excluded.captured_at > review_comments.captured_at OR excluded.captured_at = review_comments.captured_at AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(review_comments.updated_at, '1970-01-01T00:00:00Z') OR false)) THEN excluded.updated_at ELSE review_comments.updated_at END, gone_at = CASE WHEN (excluded.captured_at > review_comments.gone_at) THEN NULL ELSE review_comments.gone_at END WHERE (excluded.captured_at > review_comments.captured_at OR excluded.captured_at = review_comments.captured_at AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(review_comments.updated_at, '1970-01-01T00:00:00Z') OR false)) AND (excluded.repository_id IS DISTINCT FROM review_comments.repository_id OR excluded.pull_request_number IS DISTINCT FROM review_comments.pull_request_number OR excluded.review_id IS DISTINCT FROM review_comments.review_id OR excluded.author_login IS DISTINCT FROM review_comments.author_login OR excluded.body IS DISTINCT FROM review_comments.body OR excluded.path IS DISTINCT FROM review_comments.path OR excluded.line IS DISTINCT FROM review_comments.line OR excluded.in_reply_to_id IS DISTINCT FROM review_comments.in_reply_to_id OR excluded.created_at IS DISTINCT FROM review_comments.created_at OR excluded.updated_at IS DISTINCT FROM review_comments.updated_at) OR CASE WHEN (excluded.captured_at > review_comments.captured_at OR excluded.captured_at = review_comments.captured_at AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(review_comments.updated_at, '1970-01-01T00:00:00Z') OR false)) THEN coalesce(excluded.is_minimized, review_comments.is_minimized) ELSE coalesce(review_comments.is_minimized, excluded.is_minimized) END IS DISTINCT FROM review_comments.is_minimized OR CASE WHEN (excluded.captured_at > review_comments.gone_at) THEN NULL ELSE review_comments.gone_at END IS DISTINCT FROM review_comments.gone_at RETURNING review_comments.id)
 SELECT coalesce(jsonb_agg(jsonb_build_array(written.id, EXISTS (SELECT * 
FROM known 
WHERE known.id = written.id))), '[]'::jsonb) AS coalesce_1 
FROM written
$function$;
COMMENT ON FUNCTION capture_write_review_comments(p_rows JSONB) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_write_review_comments(p_rows JSONB) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_write_review_comments(p_rows JSONB) TO service_role;

CREATE OR REPLACE FUNCTION capture_write_reviews(p_rows JSONB) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY INVOKER SET search_path = public, pg_temp
AS $function$
WITH given AS 
(SELECT given_rows.id AS id, given_rows.repository_id AS repository_id, given_rows.captured_at AS captured_at, given_rows.pull_request_number AS pull_request_number, given_rows.author_login AS author_login, given_rows.state AS state, given_rows.body AS body, given_rows.is_minimized AS is_minimized, given_rows.created_at AS created_at, given_rows.updated_at AS updated_at, given_rows.submitted_at AS submitted_at, given_rows.node_id AS node_id 
FROM jsonb_to_recordset(p_rows) AS given_rows(id BIGINT, repository_id BIGINT, captured_at TIMESTAMP WITH TIME ZONE, pull_request_number BIGINT, author_login TEXT, state TEXT, body TEXT, is_minimized BOOLEAN, created_at TIMESTAMP WITH TIME ZONE, updated_at TIMESTAMP WITH TIME ZONE, submitted_at TIMESTAMP WITH TIME ZONE, node_id TEXT)), 
known AS 
(SELECT reviews.id AS id 
FROM reviews, given 
WHERE reviews.id = given.id), 
written AS 
(INSERT INTO reviews (id, repository_id, captured_at, pull_request_number, author_login, state, body, is_minimized, created_at, updated_at, submitted_at, node_id) SELECT given.id AS id, given.repository_id AS repository_id, given.captured_at AS captured_at, given.pull_request_number AS pull_request_number, given.author_login AS author_login, given.state AS state, given.body AS body, given.is_minimized AS is_minimized, given.created_at AS created_at, given.updated_at AS updated_at, given.submitted_at AS submitted_at, given.node_id AS node_id 
FROM given ON CONFLICT (id) DO UPDATE SET repository_id = CASE WHEN (excluded.captured_at > reviews.captured_at OR excluded.captured_at = reviews.captured_at AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(reviews.updated_at, '1970-01-01T00:00:00Z') OR false)) THEN excluded.repository_id ELSE reviews.repository_id END, captured_at = CASE WHEN (excluded.captured_at > reviews.captured_at OR excluded.captured_at = reviews.captured_at AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(reviews.updated_at, '1970-01-01T00:00:00Z') OR false)) THEN excluded.captured_at ELSE reviews.captured_at END, pull_request_number = CASE WHEN (excluded.captured_at > reviews.captured_at OR excluded.captured_at = reviews.captured_at AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(reviews.updated_at, '1970-01-01T00:00:00Z') OR false)) THEN excluded.pull_request_number ELSE reviews.pull_request_number END, author_login = CASE WHEN (excluded.captured_at > reviews.captured_at OR excluded.captured_at = reviews.captured_at AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(reviews.updated_at, '1970-01-01T00:00:00Z') OR false)) THEN excluded.author_login ELSE reviews.author_login END, state = CASE WHEN (excluded.captured_at > reviews.captured_at OR excluded.captured_at = reviews.captured_at AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(reviews.updated_at, '1970-01-01T00:00:00Z') OR false)) THEN excluded.state ELSE reviews.state END, body = CASE WHEN (excluded.captured_at > reviews.captured_at OR excluded.captured_at = reviews.captured_at AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(reviews.updated_at, '1970-01-01T00:00:00Z') OR false)) THEN excluded.body ELSE reviews.body END, is_minimized = CASE WHEN (excluded.captured_at > reviews.captured_at OR excluded.captured_at = reviews.captured_at AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(reviews.updated_at, '1970-01-01T00:00:00Z') OR false)) THEN coalesce(excluded.is_minimized, reviews.is_minimized) ELSE coalesce(reviews.is_minimized, excluded.is_minimized) END, created_at = CASE WHEN (excluded.captured_at > reviews.captured_at OR excluded.captured_at = reviews.captured_at AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(reviews.updated_at, '1970-01-01T00:00:00Z') OR false)) THEN coalesce(excluded.created_at, reviews.created_at) ELSE coalesce(reviews.created_at, excluded.created_at) END, updated_at = CASE WHEN (excluded.captured_at > reviews.captured_at OR excluded.captured_at = reviews.captured_at AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(reviews.updated_at, '1970-01-01T00:00:00Z') OR false)) THEN coalesce(excluded.updated_at, reviews.updated_at) ELSE coalesce(reviews.updated_at, excluded.updated_at) END, submitted_at = CASE WHEN (excluded.captured_at > reviews.captured_at OR excluded.captured_at = reviews.captured_at AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(reviews.updated_at, '1970-01-01T00:00:00Z') OR false)) THEN excluded.submitted_at ELSE reviews.submitted_at END, gone_at = CASE WHEN (excluded.captured_at > reviews.gone_at) THEN NULL ELSE reviews.gone_at END, node_id = coalesce(reviews.node_id, excluded.node_id) WHERE (excluded.captured_at > reviews.captured_at OR excluded.captured_at = reviews.captured_at AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(reviews.updated_at, '1970-01-01T00:00:00Z') OR false)) AND (excluded.repository_id IS DISTINCT FROM reviews.repository_id OR excluded.pull_request_number IS DISTINCT FROM reviews.pull_request_number OR excluded.author_login IS DISTINCT FROM reviews.author_login OR excluded.state IS DISTINCT FROM reviews.state OR excluded.body IS DISTINCT FROM reviews.body OR excluded.submitted_at IS DISTINCT FROM reviews.submitted_at) OR coalesce(reviews.node_id, excluded.node_id) IS DISTINCT FROM reviews.node_id OR CASE WHEN (excluded.captured_at > reviews.captured_at OR excluded.captured_at = reviews.captured_at AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(reviews.updated_at, '1970-01-01T00:00:00Z') OR false)) THEN coalesce(excluded.created_at, reviews.created_at) ELSE coalesce(reviews.created_at, excluded.created_at) END IS DISTINCT FROM reviews.created_at OR CASE WHEN (excluded.captured_at > reviews.captured_at OR excluded.captured_at = reviews.captured_at AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(reviews.updated_at, '1970-01-01T00:00:00Z') OR false)) THEN coalesce(excluded.is_minimized, reviews.is_minimized) ELSE coalesce(reviews.is_minimized, excluded.is_minimized) END IS DISTINCT FROM reviews.is_minimized OR CASE WHEN (excluded.captured_at > reviews.captured_at OR excluded.captured_at = reviews.captured_at AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(reviews.updated_at, '1970-01-01T00:00:00Z') OR false)) THEN coalesce(excluded.updated_at, reviews.updated_at) ELSE coalesce(reviews.updated_at, excluded.updated_at) END IS DISTINCT FROM reviews.updated_at OR CASE WHEN (excluded.captured_at > reviews.gone_at) THEN NULL ELSE reviews.gone_at END IS DISTINCT FROM reviews.gone_at RETURNING reviews.id)
 SELECT coalesce(jsonb_agg(jsonb_build_array(written.id, EXISTS (SELECT * 
FROM known 
WHERE known.id = written.id))), '[]'::jsonb) AS coalesce_1 
FROM written
$function$;
COMMENT ON FUNCTION capture_write_reviews(p_rows JSONB) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_write_reviews(p_rows JSONB) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_write_reviews(p_rows JSONB) TO service_role;

CREATE OR REPLACE FUNCTION capture_write_test_results(p_rows JSONB) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY INVOKER SET search_path = public, pg_temp
AS $function$
WITH given AS 
(SELECT given_rows.artifact_id AS artifact_id, given_rows.file_position AS file_position, given_rows.position AS position, given_rows.repository_id AS repository_id, given_rows.captured_at AS captured_at, given_rows.run_id AS run_id, given_rows.run_attempt AS run_attempt, given_rows.suite AS suite, given_rows.classname AS classname, given_rows.name AS name, given_rows.status AS status, given_rows.rerun AS rerun, given_rows.duration_seconds AS duration_seconds, given_rows.message AS message 
FROM jsonb_to_recordset(p_rows) AS given_rows(artifact_id BIGINT, file_position BIGINT, position BIGINT, repository_id BIGINT, captured_at TIMESTAMP WITH TIME ZONE, run_id BIGINT, run_attempt BIGINT, suite TEXT, classname TEXT, name TEXT, status TEXT, rerun BOOLEAN, duration_seconds DOUBLE PRECISION, message TEXT)), 
known AS 
(SELECT test_results.artifact_id AS artifact_id, test_results.file_position AS file_position, test_results.position AS position 
FROM test_results, given 
WHERE test_results.artifact_id = given.artifact_id AND test_results.file_position = given.file_position AND test_results.position = given.position), 
written AS 
(INSERT INTO test_results (artifact_id, file_position, position, repository_id, captured_at, run_id, run_attempt, suite, classname, name, status, rerun, duration_seconds, message) SELECT given.artifact_id AS artifact_id, given.file_position AS file_position, given.position AS position, given.repository_id AS repository_id, given.captured_at AS captured_at, given.run_id AS run_id, given.run_attempt AS run_attempt, given.suite AS suite, given.classname AS classname, given.name AS name, given.status AS status, given.rerun AS rerun, given.duration_seconds AS duration_seconds, given.message AS message 
FROM given ON CONFLICT (artifact_id, file_position, position) DO UPDATE SET repository_id = excluded.repository_id, captured_at = excluded.captured_at, run_id = excluded.run_id, run_attempt = excluded.run_attempt, suite = excluded.suite, classname = excluded.classname, name = excluded.name, status = excluded.status, rerun = excluded.rerun, duration_seconds = excluded.duration_seconds, message = excluded.message WHERE (excluded.captured_at > test_results.captured_at OR excluded.captured_at = test_results.captured_at AND (coalesce(excluded.run_attempt, 0) > coalesce(test_results.run_attempt, 0) OR false)) AND (excluded.repository_id IS DISTINCT FROM test_results.repository_id OR excluded.run_id IS DISTINCT FROM test_results.run_id OR excluded.run_attempt IS DISTINCT FROM test_results.run_attempt OR excluded.suite IS DISTINCT FROM test_results.suite OR excluded.classname IS DISTINCT FROM test_results.classname OR excluded.name IS DISTINCT FROM test_results.name OR excluded.status IS DISTINCT FROM test_results.status OR excluded.rerun IS DISTINCT FROM test_results.rerun OR excluded.duration_seconds IS DISTINCT FROM test_results.duration_seconds OR excluded.message IS DISTINCT FROM test_results.message) RETURNING test_results.artifact_id, test_results.file_position, test_results.position)
 SELECT coalesce(jsonb_agg(jsonb_build_array(written.artifact_id, written.file_position, written.position, EXISTS (SELECT * 
FROM known 
WHERE known.artifact_id = written.artifact_id AND known.file_position = written.file_position AND known.position = written.position))), '[]'::jsonb) AS coalesce_1 
FROM written
$function$;
COMMENT ON FUNCTION capture_write_test_results(p_rows JSONB) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_write_test_results(p_rows JSONB) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_write_test_results(p_rows JSONB) TO service_role;

CREATE OR REPLACE FUNCTION capture_write_workflow_job_coverage(p_rows JSONB) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY INVOKER SET search_path = public, pg_temp
AS $function$
WITH given AS 
(SELECT given_rows.run_id AS run_id, given_rows.repository_id AS repository_id, given_rows.captured_at AS captured_at, given_rows.run_attempt AS run_attempt, given_rows.run_updated_at AS run_updated_at, given_rows.run_status AS run_status, given_rows.depth AS depth, given_rows.job_count AS job_count, given_rows.foreign_check_run_count AS foreign_check_run_count 
FROM jsonb_to_recordset(p_rows) AS given_rows(run_id BIGINT, repository_id BIGINT, captured_at TIMESTAMP WITH TIME ZONE, run_attempt BIGINT, run_updated_at TIMESTAMP WITH TIME ZONE, run_status TEXT, depth TEXT, job_count BIGINT, foreign_check_run_count BIGINT)), 
known AS 
(SELECT workflow_job_coverage.run_id AS run_id 
FROM workflow_job_coverage, given 
WHERE workflow_job_coverage.run_id = given.run_id), 
written AS 
(INSERT INTO workflow_job_coverage (run_id, repository_id, captured_at, run_attempt, run_updated_at, run_status, depth, job_count, foreign_check_run_count) SELECT given.run_id AS run_id, given.repository_id AS repository_id, given.captured_at AS captured_at, given.run_attempt AS run_attempt, given.run_updated_at AS run_updated_at, given.run_status AS run_status, given.depth AS depth, given.job_count AS job_count, given.foreign_check_run_count AS foreign_check_run_count 
FROM given ON CONFLICT (run_id) DO UPDATE SET repository_id = excluded.repository_id, captured_at = excluded.captured_at, run_attempt = excluded.run_attempt, run_updated_at = excluded.run_updated_at, run_status = excluded.run_status, depth = excluded.depth, job_count = excluded.job_count, foreign_check_run_count = excluded.foreign_check_run_count WHERE (excluded.captured_at > workflow_job_coverage.captured_at OR excluded.captured_at = workflow_job_coverage.captured_at AND (coalesce(excluded.run_attempt, 0) > coalesce(workflow_job_coverage.run_attempt, 0) OR coalesce(excluded.run_attempt, 0) = coalesce(workflow_job_coverage.run_attempt, 0) AND (CASE WHEN (excluded.depth = 'jobs') THEN 1 WHEN (excluded.depth = 'full') THEN 2 ELSE 0 END > CASE WHEN (workflow_job_coverage.depth = 'jobs') THEN 1 WHEN (workflow_job_coverage.depth = 'full') THEN 2 ELSE 0 END OR false))) AND (excluded.repository_id IS DISTINCT FROM workflow_job_coverage.repository_id OR excluded.run_attempt IS DISTINCT FROM workflow_job_coverage.run_attempt OR excluded.run_updated_at IS DISTINCT FROM workflow_job_coverage.run_updated_at OR excluded.run_status IS DISTINCT FROM workflow_job_coverage.run_status OR excluded.depth IS DISTINCT FROM workflow_job_coverage.depth OR excluded.job_count IS DISTINCT FROM workflow_job_coverage.job_count OR excluded.foreign_check_run_count IS DISTINCT FROM workflow_job_coverage.foreign_check_run_count) RETURNING workflow_job_coverage.run_id)
 SELECT coalesce(jsonb_agg(jsonb_build_array(written.run_id, EXISTS (SELECT * 
FROM known 
WHERE known.run_id = written.run_id))), '[]'::jsonb) AS coalesce_1 
FROM written
$function$;
COMMENT ON FUNCTION capture_write_workflow_job_coverage(p_rows JSONB) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_write_workflow_job_coverage(p_rows JSONB) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_write_workflow_job_coverage(p_rows JSONB) TO service_role;

CREATE OR REPLACE FUNCTION capture_write_workflow_jobs(p_rows JSONB) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY INVOKER SET search_path = public, pg_temp
AS $function$
WITH given AS 
(SELECT given_rows.id AS id, given_rows.repository_id AS repository_id, given_rows.captured_at AS captured_at, given_rows.node_id AS node_id, given_rows.run_id AS run_id, given_rows.run_attempt AS run_attempt, given_rows.name AS name, given_rows.workflow_name AS workflow_name, given_rows.status AS status, given_rows.conclusion AS conclusion, given_rows.created_at AS created_at, given_rows.started_at AS started_at, given_rows.completed_at AS completed_at, given_rows.head_sha AS head_sha, given_rows.head_branch AS head_branch, given_rows.labels AS labels, given_rows.runner_id AS runner_id, given_rows.runner_name AS runner_name, given_rows.runner_group_name AS runner_group_name, given_rows.html_url AS html_url, given_rows.steps AS steps, given_rows.source AS source, given_rows.carried_from_job_id AS carried_from_job_id 
FROM jsonb_to_recordset(p_rows) AS given_rows(id BIGINT, repository_id BIGINT, captured_at TIMESTAMP WITH TIME ZONE, node_id TEXT, run_id BIGINT, run_attempt BIGINT, name TEXT, workflow_name TEXT, status TEXT, conclusion TEXT, created_at TIMESTAMP WITH TIME ZONE, started_at TIMESTAMP WITH TIME ZONE, completed_at TIMESTAMP WITH TIME ZONE, head_sha TEXT, head_branch TEXT, labels JSONB, runner_id BIGINT, runner_name TEXT, runner_group_name TEXT, html_url TEXT, steps JSONB, source TEXT, carried_from_job_id BIGINT)), 
known AS 
(SELECT workflow_jobs.id AS id 
FROM workflow_jobs, given 
WHERE workflow_jobs.id = given.id), 
written AS 
(INSERT INTO workflow_jobs (id, repository_id, captured_at, node_id, run_id, run_attempt, name, workflow_name, status, conclusion, created_at, started_at, completed_at, head_sha, head_branch, labels, runner_id, runner_name, runner_group_name, html_url, steps, source, carried_from_job_id) SELECT given.id AS id, given.repository_id AS repository_id, given.captured_at AS captured_at, given.node_id AS node_id, given.run_id AS run_id, given.run_attempt AS run_attempt, given.name AS name, given.workflow_name AS workflow_name, given.status AS status, given.conclusion AS conclusion, given.created_at AS created_at, given.started_at AS started_at, given.completed_at AS completed_at, given.head_sha AS head_sha, given.head_branch AS head_branch, given.labels AS labels, given.runner_id AS runner_id, given.runner_name AS runner_name, given.runner_group_name AS runner_group_name, given.html_url AS html_url, given.steps AS steps, given.source AS source, given.carried_from_job_id AS carried_from_job_id 
FROM given ON CONFLICT (id) DO UPDATE SET repository_id = CASE WHEN (excluded.captured_at > workflow_jobs.captured_at OR excluded.captured_at = workflow_jobs.captured_at AND (CASE WHEN (excluded.status = 'in_progress') THEN 1 WHEN (excluded.status = 'completed') THEN 2 ELSE 0 END > CASE WHEN (workflow_jobs.status = 'in_progress') THEN 1 WHEN (workflow_jobs.status = 'completed') THEN 2 ELSE 0 END OR false)) THEN excluded.repository_id ELSE workflow_jobs.repository_id END, captured_at = CASE WHEN (excluded.captured_at > workflow_jobs.captured_at OR excluded.captured_at = workflow_jobs.captured_at AND (CASE WHEN (excluded.status = 'in_progress') THEN 1 WHEN (excluded.status = 'completed') THEN 2 ELSE 0 END > CASE WHEN (workflow_jobs.status = 'in_progress') THEN 1 WHEN (workflow_jobs.status = 'completed') THEN 2 ELSE 0 END OR false)) THEN excluded.captured_at ELSE workflow_jobs.captured_at END, node_id = CASE WHEN (excluded.source = 'rest' AND workflow_jobs.source != 'rest' OR excluded.source = workflow_jobs.source AND (excluded.captured_at > workflow_jobs.captured_at OR excluded.captured_at = workflow_jobs.captured_at AND (CASE WHEN (excluded.status = 'in_progress') THEN 1 WHEN (excluded.status = 'completed') THEN 2 ELSE 0 END > CASE WHEN (workflow_jobs.status = 'in_progress') THEN 1 WHEN (workflow_jobs.status = 'completed') THEN 2 ELSE 0 END OR false))) THEN coalesce(excluded.node_id, workflow_jobs.node_id) ELSE coalesce(workflow_jobs.node_id, excluded.node_id) END, run_id = CASE WHEN (excluded.captured_at > workflow_jobs.captured_at OR excluded.captured_at = workflow_jobs.captured_at AND (CASE WHEN (excluded.status = 'in_progress') THEN 1 WHEN (excluded.status = 'completed') THEN 2 ELSE 0 END > CASE WHEN (workflow_jobs.status = 'in_progress') THEN 1 WHEN (workflow_jobs.status = 'completed') THEN 2 ELSE 0 END OR false)) THEN excluded.run_id ELSE workflow_jobs.run_id END, run_attempt = CASE WHEN (excluded.source = 'rest' AND workflow_jobs.source != 'rest' OR excluded.source = workflow_jobs.source AND (excluded.captured_at > workflow_jobs.captured_at OR excluded.captured_at = workflow_jobs.captured_at AND (CASE WHEN (excluded.status = 'in_progress') THEN 1 WHEN (excluded.status = 'completed') THEN 2 ELSE 0 END > CASE WHEN (workflow_jobs.status = 'in_progress') THEN 1 WHEN (workflow_jobs.status = 'completed') THEN 2 ELSE 0 END OR false))) THEN coalesce(excluded.run_attempt, workflow_jobs.run_attempt) ELSE coalesce(workflow_jobs.run_attempt, excluded.run_attempt) END, name = CASE WHEN (excluded.captured_at > workflow_jobs.captured_at OR excluded.captured_at = workflow_jobs.captured_at AND (CASE WHEN (excluded.status = 'in_progress') THEN 1 WHEN (excluded.status = 'completed') THEN 2 ELSE 0 END > CASE WHEN (workflow_jobs.status = 'in_progress') THEN 1 WHEN (workflow_jobs.status = 'completed') THEN 2 ELSE 0 END OR false)) THEN excluded.name ELSE workflow_jobs.name END, workflow_name = CASE WHEN (excluded.source = 'rest' AND workflow_jobs.source != 'rest' OR excluded.source = workflow_jobs.source AND (excluded.captured_at > workflow_jobs.captured_at OR excluded.captured_at = workflow_jobs.captured_at AND (CASE WHEN (excluded.status = 'in_progress') THEN 1 WHEN (excluded.status = 'completed') THEN 2 ELSE 0 END > CASE WHEN (workflow_jobs.status = 'in_progress') THEN 1 WHEN (workflow_jobs.status = 'completed') THEN 2 ELSE 0 END OR false))) THEN coalesce(excluded.workflow_name, workflow_jobs.workflow_name) ELSE coalesce(workflow_jobs.workflow_name, excluded.workflow_name) END, status = CASE WHEN (excluded.captured_at > workflow_jobs.captured_at OR excluded.captured_at = workflow_jobs.captured_at AND (CASE WHEN (excluded.status = 'in_progress') THEN 1 WHEN (excluded.status = 'completed') THEN 2 ELSE 0 END > CASE WHEN (workflow_jobs.status = 'in_progress') THEN 1 WHEN (workflow_jobs.status = 'completed') THEN 2 ELSE 0 END OR false)) THEN excluded.status ELSE workflow_jobs.status END, conclusion = CASE WHEN (excluded.captured_at > workflow_jobs.captured_at OR excluded.captured_at = workflow_jobs.captured_at AND (CASE WHEN (excluded.status = 'in_progress') THEN 1 WHEN (excluded.status = 'completed') THEN 2 ELSE 0 END > CASE WHEN (workflow_jobs.status = 'in_progress') THEN 1 WHEN (workflow_jobs.status = 'completed') THEN 2 ELSE 0 END OR false)) THEN excluded.conclusion ELSE workflow_jobs.conclusion END, created_at = CASE WHEN (excluded.source = 'rest' AND workflow_jobs.source != 'rest' OR excluded.source = workflow_jobs.source AND (excluded.captured_at > workflow_jobs.captured_at OR excluded.captured_at = workflow_jobs.captured_at AND (CASE WHEN (excluded.status = 'in_progress') THEN 1 WHEN (excluded.status = 'completed') THEN 2 ELSE 0 END > CASE WHEN (workflow_jobs.status = 'in_progress') THEN 1 WHEN (workflow_jobs.status = 'completed') THEN 2 ELSE 0 END OR false))) THEN coalesce(excluded.created_at, workflow_jobs.created_at) ELSE coalesce(workflow_jobs.created_at, excluded.created_at) END, started_at = CASE WHEN (excluded.captured_at > workflow_jobs.captured_at OR excluded.captured_at = workflow_jobs.captured_at AND (CASE WHEN (excluded.status = 'in_progress') THEN 1 WHEN (excluded.status = 'completed') THEN 2 ELSE 0 END > CASE WHEN (workflow_jobs.status = 'in_progress') THEN 1 WHEN (workflow_jobs.status = 'completed') THEN 2 ELSE 0 END OR false)) THEN excluded.started_at ELSE workflow_jobs.started_at END, completed_at = CASE WHEN (excluded.captured_at > workflow_jobs.captured_at OR excluded.captured_at = workflow_jobs.captured_at AND (CASE WHEN (excluded.status = 'in_progress') THEN 1 WHEN (excluded.status = 'completed') THEN 2 ELSE 0 END > CASE WHEN (workflow_jobs.status = 'in_progress') THEN 1 WHEN (workflow_jobs.status = 'completed') THEN 2 ELSE 0 END OR false)) THEN excluded.completed_at ELSE workflow_jobs.completed_at END, head_sha = CASE WHEN (excluded.source = 'rest' AND workflow_jobs.source != 'rest' OR excluded.source = workflow_jobs.source AND (excluded.captured_at > workflow_jobs.captured_at OR excluded.captured_at = workflow_jobs.captured_at AND (CASE WHEN (excluded.status = 'in_progress') THEN 1 WHEN (excluded.status = 'completed') THEN 2 ELSE 0 END > CASE WHEN (workflow_jobs.status = 'in_progress') THEN 1 WHEN (workflow_jobs.status = 'completed') THEN 2 ELSE 0 END OR false))) THEN coalesce(excluded.head_sha, workflow_jobs.head_sha) ELSE coalesce(workflow_jobs.head_sha, excluded.head_sha) END, head_branch = CASE WHEN (excluded.source = 'rest' AND workflow_jobs.source != 'rest' OR excluded.source = workflow_jobs.source AND (excluded.captured_at > workflow_jobs.captured_at OR excluded.captured_at = workflow_jobs.captured_at AND (CASE WHEN (excluded.status = 'in_progress') THEN 1 WHEN (excluded.status = 'completed') THEN 2 ELSE 0 END > CASE WHEN (workflow_jobs.status = 'in_progress') THEN 1 WHEN (workflow_jobs.status = 'completed') THEN 2 ELSE 0 END OR false))) THEN coalesce(excluded.head_branch, workflow_jobs.head_branch) ELSE coalesce(workflow_jobs.head_branch, excluded.head_branch) END, labels = CASE WHEN (excluded.source = 'rest' AND workflow_jobs.source != 'rest' OR excluded.source = workflow_jobs.source AND (excluded.captured_at > workflow_jobs.captured_at OR excluded.captured_at = workflow_jobs.captured_at AND (CASE WHEN (excluded.status = 'in_progress') THEN 1 WHEN (excluded.status = 'completed') THEN 2 ELSE 0 END > CASE WHEN (workflow_jobs.status = 'in_progress') THEN 1 WHEN (workflow_jobs.status = 'completed') THEN 2 ELSE 0 END OR false))) THEN coalesce(excluded.labels, workflow_jobs.labels) ELSE coalesce(workflow_jobs.labels, excluded.labels) END, runner_id = CASE WHEN (excluded.source = 'rest' AND workflow_jobs.source != 'rest' OR excluded.source = workflow_jobs.source AND (excluded.captured_at > workflow_jobs.captured_at OR excluded.captured_at = workflow_jobs.captured_at AND (CASE WHEN (excluded.status = 'in_progress') THEN 1 WHEN (excluded.status = 'completed') THEN 2 ELSE 0 END > CASE WHEN (workflow_jobs.status = 'in_progress') THEN 1 WHEN (workflow_jobs.status = 'completed') THEN 2 ELSE 0 END OR false))) THEN coalesce(excluded.runner_id, workflow_jobs.runner_id) ELSE coalesce(workflow_jobs.runner_id, excluded.runner_id) END, runner_name = CASE WHEN (excluded.source = 'rest' AND workflow_jobs.source != 'rest' OR excluded.source = workflow_jobs.source AND (excluded.captured_at > workflow_jobs.captured_at OR excluded.captured_at = workflow_jobs.captured_at AND (CASE WHEN (excluded.status = 'in_progress') THEN 1 WHEN (excluded.status = 'completed') THEN 2 ELSE 0 END > CASE WHEN (workflow_jobs.status = 'in_progress') THEN 1 WHEN (workflow_jobs.status = 'completed') THEN 2 ELSE 0 END OR false))) THEN coalesce(excluded.runner_name, workflow_jobs.runner_name) ELSE coalesce(workflow_jobs.runner_name, excluded.runner_name) END, runner_group_name = CASE WHEN (excluded.source = 'rest' AND workflow_jobs.source != 'rest' OR excluded.source = workflow_jobs.source AND (excluded.captured_at > workflow_jobs.captured_at OR excluded.captured_at = workflow_jobs.captured_at AND (CASE WHEN (excluded.status = 'in_progress') THEN 1 WHEN (excluded.status = 'completed') THEN 2 ELSE 0 END > CASE WHEN (workflow_jobs.status = 'in_progress') THEN 1 WHEN (workflow_jobs.status = 'completed') THEN 2 ELSE 0 END OR false))) THEN coalesce(excluded.runner_group_name, workflow_jobs.runner_group_name) ELSE coalesce(workflow_jobs.runner_group_name, excluded.runner_group_name) END, html_url = CASE WHEN (excluded.source = 'rest' AND workflow_jobs.source != 'rest' OR excluded.source = workflow_jobs.source AND (excluded.captured_at > workflow_jobs.captured_at OR excluded.captured_at = workflow_jobs.captured_at AND (CASE WHEN (excluded.status = 'in_progress') THEN 1 WHEN (excluded.status = 'completed') THEN 2 ELSE 0 END > CASE WHEN (workflow_jobs.status = 'in_progress') THEN 1 WHEN (workflow_jobs.status = 'completed') THEN 2 ELSE 0 END OR false))) THEN coalesce(excluded.html_url, workflow_jobs.html_url) ELSE coalesce(workflow_jobs.html_url, excluded.html_url) END, steps = CASE WHEN (CASE WHEN (excluded.status = 'in_progress') THEN 1 WHEN (excluded.status = 'completed') THEN 2 ELSE 0 END != CASE WHEN (workflow_jobs.status = 'in_progress') THEN 1 WHEN (workflow_jobs.status = 'completed') THEN 2 ELSE 0 END) THEN CASE WHEN (excluded.captured_at > workflow_jobs.captured_at OR excluded.captured_at = workflow_jobs.captured_at AND (CASE WHEN (excluded.status = 'in_progress') THEN 1 WHEN (excluded.status = 'completed') THEN 2 ELSE 0 END > CASE WHEN (workflow_jobs.status = 'in_progress') THEN 1 WHEN (workflow_jobs.status = 'completed') THEN 2 ELSE 0 END OR false)) THEN excluded.steps ELSE workflow_jobs.steps END WHEN (excluded.steps IS NOT NULL AND (workflow_jobs.steps IS NULL OR length(CAST(excluded.steps AS TEXT)) > length(CAST(workflow_jobs.steps AS TEXT)) OR length(CAST(excluded.steps AS TEXT)) = length(CAST(workflow_jobs.steps AS TEXT)) AND CAST(excluded.steps AS TEXT) > CAST(workflow_jobs.steps AS TEXT))) THEN excluded.steps ELSE workflow_jobs.steps END, source = CASE WHEN (workflow_jobs.source = 'rest') THEN workflow_jobs.source ELSE excluded.source END, carried_from_job_id = CASE WHEN (excluded.source = 'rest' AND workflow_jobs.source != 'rest' OR excluded.source = workflow_jobs.source AND (excluded.captured_at > workflow_jobs.captured_at OR excluded.captured_at = workflow_jobs.captured_at AND (CASE WHEN (excluded.status = 'in_progress') THEN 1 WHEN (excluded.status = 'completed') THEN 2 ELSE 0 END > CASE WHEN (workflow_jobs.status = 'in_progress') THEN 1 WHEN (workflow_jobs.status = 'completed') THEN 2 ELSE 0 END OR false))) THEN coalesce(excluded.carried_from_job_id, workflow_jobs.carried_from_job_id) ELSE coalesce(workflow_jobs.carried_from_job_id, excluded.carried_from_job_id) END WHERE (excluded.captured_at > workflow_jobs.captured_at OR excluded.captured_at = workflow_jobs.captured_at AND (CASE WHEN (excluded.status = 'in_progress') THEN 1 WHEN (excluded.status = 'completed') THEN 2 ELSE 0 END > CASE WHEN (workflow_jobs.status = 'in_progress') THEN 1 WHEN (workflow_jobs.status = 'completed') THEN 2 ELSE 0 END OR false)) AND (excluded.repository_id IS DISTINCT FROM workflow_jobs.repository_id OR excluded.run_id IS DISTINCT FROM workflow_jobs.run_id OR excluded.name IS DISTINCT FROM workflow_jobs.name OR excluded.status IS DISTINCT FROM workflow_jobs.status OR excluded.conclusion IS DISTINCT FROM workflow_jobs.conclusion OR excluded.started_at IS DISTINCT FROM workflow_jobs.started_at OR excluded.completed_at IS DISTINCT FROM workflow_jobs.completed_at) OR CASE WHEN (excluded.source = 'rest' AND workflow_jobs.source != 'rest' OR excluded.source = workflow_jobs.source AND (excluded.captured_at > workflow_jobs.captured_at OR excluded.captured_at = workflow_jobs.captured_at AND (CASE WHEN (excluded.status = 'in_progress') THEN 1 WHEN (excluded.status = 'completed') THEN 2 ELSE 0 END > CASE WHEN (workflow_jobs.status = 'in_progress') THEN 1 WHEN (workflow_jobs.status = 'completed') THEN 2 ELSE 0 END OR false))) THEN coalesce(excluded.carried_from_job_id, workflow_jobs.carried_from_job_id) ELSE coalesce(workflow_jobs.carried_from_job_id, excluded.carried_from_job_id) END IS DISTINCT FROM workflow_jobs.carried_from_job_id OR CASE WHEN (excluded.source = 'rest' AND workflow_jobs.source != 'rest' OR excluded.source = workflow_jobs.source AND (excluded.captured_at > workflow_jobs.captured_at OR excluded.captured_at = workflow_jobs.captured_at AND (CASE WHEN (excluded.status = 'in_progress') THEN 1 WHEN (excluded.status = 'completed') THEN 2 ELSE 0 END > CASE WHEN (workflow_jobs.status = 'in_progress') THEN 1 WHEN (workflow_jobs.status = 'completed') THEN 2 ELSE 0 END OR false))) THEN coalesce(excluded.created_at, workflow_jobs.created_at) ELSE coalesce(workflow_jobs.created_at, excluded.created_at) END IS DISTINCT FROM workflow_jobs.created_at OR CASE WHEN (excluded.source = 'rest' AND workflow_jobs.source != 'rest' OR excluded.source = workflow_jobs.source AND (excluded.captured_at > workflow_jobs.captured_at OR excluded.captured_at = workflow_jobs.captured_at AND (CASE WHEN (excluded.status = 'in_progress') THEN 1 WHEN (excluded.status = 'completed') THEN 2 ELSE 0 END > CASE WHEN (workflow_jobs.status = 'in_progress') THEN 1 WHEN (workflow_jobs.status = 'completed') THEN 2 ELSE 0 END OR false))) THEN coalesce(excluded.head_branch, workflow_jobs.head_branch) ELSE coalesce(workflow_jobs.head_branch, excluded.head_branch) END IS DISTINCT FROM workflow_jobs.head_branch OR CASE WHEN (excluded.source = 'rest' AND workflow_jobs.source != 'rest' OR excluded.source = workflow_jobs.source AND (excluded.captured_at > workflow_jobs.captured_at OR excluded.captured_at = workflow_jobs.captured_at AND (CASE WHEN (excluded.status = 'in_progress') THEN 1 WHEN (excluded.status = 'completed') THEN 2 ELSE 0 END > CASE WHEN (workflow_jobs.status = 'in_progress') THEN 1 WHEN (workflow_jobs.status = 'completed') THEN 2 ELSE 0 END OR false))) THEN coalesce(excluded.head_sha, workflow_jobs.head_sha) ELSE coalesce(workflow_jobs.head_sha, excluded.head_sha) END IS DISTINCT FROM workflow_jobs.head_sha OR CASE WHEN (excluded.source = 'rest' AND workflow_jobs.source != 'rest' OR excluded.source = workflow_jobs.source AND (excluded.captured_at > workflow_jobs.captured_at OR excluded.captured_at = workflow_jobs.captured_at AND (CASE WHEN (excluded.status = 'in_progress') THEN 1 WHEN (excluded.status = 'completed') THEN 2 ELSE 0 END > CASE WHEN (workflow_jobs.status = 'in_progress') THEN 1 WHEN (workflow_jobs.status = 'completed') THEN 2 ELSE 0 END OR false))) THEN coalesce(excluded.html_url, workflow_jobs.html_url) ELSE coalesce(workflow_jobs.html_url, excluded.html_url) END IS DISTINCT FROM workflow_jobs.html_url OR CASE WHEN (excluded.source = 'rest' AND workflow_jobs.source != 'rest' OR excluded.source = workflow_jobs.source AND (excluded.captured_at > workflow_jobs.captured_at OR excluded.captured_at = workflow_jobs.captured_at AND (CASE WHEN (excluded.status = 'in_progress') THEN 1 WHEN (excluded.status = 'completed') THEN 2 ELSE 0 END > CASE WHEN (workflow_jobs.status = 'in_progress') THEN 1 WHEN (workflow_jobs.status = 'completed') THEN 2 ELSE 0 END OR false))) THEN coalesce(excluded.labels, workflow_jobs.labels) ELSE coalesce(workflow_jobs.labels, excluded.labels) END IS DISTINCT FROM workflow_jobs.labels OR CASE WHEN (excluded.source = 'rest' AND workflow_jobs.source != 'rest' OR excluded.source = workflow_jobs.source AND (excluded.captured_at > workflow_jobs.captured_at OR excluded.captured_at = workflow_jobs.captured_at AND (CASE WHEN (excluded.status = 'in_progress') THEN 1 WHEN (excluded.status = 'completed') THEN 2 ELSE 0 END > CASE WHEN (workflow_jobs.status = 'in_progress') THEN 1 WHEN (workflow_jobs.status = 'completed') THEN 2 ELSE 0 END OR false))) THEN coalesce(excluded.node_id, workflow_jobs.node_id) ELSE coalesce(workflow_jobs.node_id, excluded.node_id) END IS DISTINCT FROM workflow_jobs.node_id OR CASE WHEN (excluded.source = 'rest' AND workflow_jobs.source != 'rest' OR excluded.source = workflow_jobs.source AND (excluded.captured_at > workflow_jobs.captured_at OR excluded.captured_at = workflow_jobs.captured_at AND (CASE WHEN (excluded.status = 'in_progress') THEN 1 WHEN (excluded.status = 'completed') THEN 2 ELSE 0 END > CASE WHEN (workflow_jobs.status = 'in_progress') THEN 1 WHEN (workflow_jobs.status = 'completed') THEN 2 ELSE 0 END OR false))) THEN coalesce(excluded.run_attempt, workflow_jobs.run_attempt) ELSE coalesce(workflow_jobs.run_attempt, excluded.run_attempt) END IS DISTINCT FROM workflow_jobs.run_attempt OR CASE WHEN (excluded.source = 'rest' AND workflow_jobs.source != 'rest' OR excluded.source = workflow_jobs.source AND (excluded.captured_at > workflow_jobs.captured_at OR excluded.captured_at = workflow_jobs.captured_at AND (CASE WHEN (excluded.status = 'in_progress') THEN 1 WHEN (excluded.status = 'completed') THEN 2 ELSE 0 END > CASE WHEN (workflow_jobs.status = 'in_progress') THEN 1 WHEN (workflow_jobs.status = 'completed') THEN 2 ELSE 0 END OR false))) THEN coalesce(excluded.runner_group_name, workflow_jobs.runner_group_name) ELSE coalesce(workflow_jobs.runner_group_name, excluded.runner_group_name) END IS DISTINCT FROM workflow_jobs.runner_group_name OR CASE WHEN (excluded.source = 'rest' AND workflow_jobs.source != 'rest' OR excluded.source = workflow_jobs.source AND (excluded.captured_at > workflow_jobs.captured_at OR excluded.captured_at = workflow_jobs.captured_at AND (CASE WHEN (excluded.status = 'in_progress') THEN 1 WHEN (excluded.status = 'completed') THEN 2 ELSE 0 END > CASE WHEN (workflow_jobs.status = 'in_progress') THEN 1 WHEN (workflow_jobs.status = 'completed') THEN 2 ELSE 0 END OR false))) THEN coalesce(excluded.runner_id, workflow_jobs.runner_id) ELSE coalesce(workflow_jobs.runner_id, excluded.runner_id) END IS DISTINCT FROM workflow_jobs.runner_id OR CASE WHEN (excluded.source = 'rest' AND workflow_jobs.source != 'rest' OR excluded.source = workflow_jobs.source AND (excluded.captured_at > workflow_jobs.captured_at OR excluded.captured_at = workflow_jobs.captured_at AND (CASE WHEN (excluded.status = 'in_progress') THEN 1 WHEN (excluded.status = 'completed') THEN 2 ELSE 0 END > CASE WHEN (workflow_jobs.status = 'in_progress') THEN 1 WHEN (workflow_jobs.status = 'completed') THEN 2 ELSE 0 END OR false))) THEN coalesce(excluded.runner_name, workflow_jobs.runner_name) ELSE coalesce(workflow_jobs.runner_name, excluded.runner_name) END IS DISTINCT FROM workflow_jobs.runner_name OR CASE WHEN (excluded.source = 'rest' AND workflow_jobs.source != 'rest' OR excluded.source = workflow_jobs.source AND (excluded.captured_at > workflow_jobs.captured_at OR excluded.captured_at = workflow_jobs.captured_at AND (CASE WHEN (excluded.status = 'in_progress') THEN 1 WHEN (excluded.status = 'completed') THEN 2 ELSE 0 END > CASE WHEN (workflow_jobs.status = 'in_progress') THEN 1 WHEN (workflow_jobs.status = 'completed') THEN 2 ELSE 0 END OR false))) THEN coalesce(excluded.workflow_name, workflow_jobs.workflow_name) ELSE coalesce(workflow_jobs.workflow_name, excluded.workflow_name) END IS DISTINCT FROM workflow_jobs.workflow_name OR CASE WHEN (workflow_jobs.source = 'rest') THEN workflow_jobs.source ELSE excluded.source END IS DISTINCT FROM workflow_jobs.source OR CASE WHEN (CASE WHEN (excluded.status = 'in_progress') THEN 1 WHEN (excluded.status = 'completed') THEN 2 ELSE 0 END != CASE WHEN (workflow_jobs.status = 'in_progress') THEN 1 WHEN (workflow_jobs.status = 'completed') THEN 2 ELSE 0 END) THEN CASE WHEN (excluded.captured_at > workflow_jobs.captured_at OR excluded.captured_at = workflow_jobs.captured_at AND (CASE WHEN (excluded.status = 'in_progress') THEN 1 WHEN (excluded.status = 'completed') THEN 2 ELSE 0 END > CASE WHEN (workflow_jobs.status = 'in_progress') THEN 1 WHEN (workflow_jobs.status = 'completed') THEN 2 ELSE 0 END OR false)) THEN excluded.steps ELSE workflow_jobs.steps END WHEN (excluded.steps IS NOT NULL AND (workflow_jobs.steps IS NULL OR length(CAST(excluded.steps AS TEXT)) > length(CAST(workflow_jobs.steps AS TEXT)) OR length(CAST(excluded.steps AS TEXT)) = length(CAST(workflow_jobs.steps AS TEXT)) AND CAST(excluded.steps AS TEXT) > CAST(workflow_jobs.steps AS TEXT))) THEN excluded.steps ELSE workflow_jobs.steps END IS DISTINCT FROM workflow_jobs.steps RETURNING workflow_jobs.id)
 SELECT coalesce(jsonb_agg(jsonb_build_array(written.id, EXISTS (SELECT * 
FROM known 
WHERE known.id = written.id))), '[]'::jsonb) AS coalesce_1 
FROM written
$function$;
COMMENT ON FUNCTION capture_write_workflow_jobs(p_rows JSONB) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_write_workflow_jobs(p_rows JSONB) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_write_workflow_jobs(p_rows JSONB) TO service_role;

CREATE OR REPLACE FUNCTION capture_write_workflow_run_attempts(p_rows JSONB) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY INVOKER SET search_path = public, pg_temp
AS $function$
WITH given AS 
(SELECT given_rows.run_id AS run_id, given_rows.run_attempt AS run_attempt, given_rows.repository_id AS repository_id, given_rows.captured_at AS captured_at, given_rows.status AS status, given_rows.conclusion AS conclusion, given_rows.run_started_at AS run_started_at, given_rows.updated_at AS updated_at, given_rows.triggering_actor_login AS triggering_actor_login 
FROM jsonb_to_recordset(p_rows) AS given_rows(run_id BIGINT, run_attempt BIGINT, repository_id BIGINT, captured_at TIMESTAMP WITH TIME ZONE, status TEXT, conclusion TEXT, run_started_at TIMESTAMP WITH TIME ZONE, updated_at TIMESTAMP WITH TIME ZONE, triggering_actor_login TEXT)), 
known AS 
(SELECT workflow_run_attempts.run_id AS run_id, workflow_run_attempts.run_attempt AS run_attempt 
FROM workflow_run_attempts, given 
WHERE workflow_run_attempts.run_id = given.run_id AND workflow_run_attempts.run_attempt = given.run_attempt), 
written AS 
(INSERT INTO workflow_run_attempts (run_id, run_attempt, repository_id, captured_at, status, conclusion, run_started_at, updated_at, triggering_actor_login) SELECT given.run_id AS run_id, given.run_attempt AS run_attempt, given.repository_id AS repository_id, given.captured_at AS captured_at, given.status AS status, given.conclusion AS conclusion, given.run_started_at AS run_started_at, given.updated_at AS updated_at, given.triggering_actor_login AS triggering_actor_login 
FROM given ON CONFLICT (run_id, run_attempt) DO UPDATE SET repository_id = excluded.repository_id, captured_at = excluded.captured_at, status = excluded.status, conclusion = excluded.conclusion, run_started_at = excluded.run_started_at, updated_at = excluded.updated_at, triggering_actor_login = excluded.triggering_actor_login WHERE (excluded.captured_at > workflow_run_attempts.captured_at OR excluded.captured_at = workflow_run_attempts.captured_at AND (coalesce(excluded.run_attempt, 0) > coalesce(workflow_run_attempts.run_attempt, 0) OR coalesce(excluded.run_attempt, 0) = coalesce(workflow_run_attempts.run_attempt, 0) AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(workflow_run_attempts.updated_at, '1970-01-01T00:00:00Z') OR coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') = coalesce(workflow_run_attempts.updated_at, '1970-01-01T00:00:00Z') AND (CASE WHEN (excluded.status = 'in_progress') THEN 1 WHEN (excluded.status = 'completed') THEN 2 ELSE 0 END > CASE WHEN (workflow_run_attempts.status = 'in_progress') THEN 1 WHEN (workflow_run_attempts.status = 'completed') THEN 2 ELSE 0 END OR false)))) AND (excluded.repository_id IS DISTINCT FROM workflow_run_attempts.repository_id OR excluded.status IS DISTINCT FROM workflow_run_attempts.status OR excluded.conclusion IS DISTINCT FROM workflow_run_attempts.conclusion OR excluded.run_started_at IS DISTINCT FROM workflow_run_attempts.run_started_at OR excluded.updated_at IS DISTINCT FROM workflow_run_attempts.updated_at OR excluded.triggering_actor_login IS DISTINCT FROM workflow_run_attempts.triggering_actor_login) RETURNING workflow_run_attempts.run_id, workflow_run_attempts.run_attempt)
 SELECT coalesce(jsonb_agg(jsonb_build_array(written.run_id, written.run_attempt, EXISTS (SELECT * 
FROM known 
WHERE known.run_id = written.run_id AND known.run_attempt = written.run_attempt))), '[]'::jsonb) AS coalesce_1 
FROM written
$function$;
COMMENT ON FUNCTION capture_write_workflow_run_attempts(p_rows JSONB) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_write_workflow_run_attempts(p_rows JSONB) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_write_workflow_run_attempts(p_rows JSONB) TO service_role;

CREATE OR REPLACE FUNCTION capture_write_workflow_runs(p_rows JSONB) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY INVOKER SET search_path = public, pg_temp
AS $function$
WITH given AS 
(SELECT given_rows.id AS id, given_rows.repository_id AS repository_id, given_rows.captured_at AS captured_at, given_rows.workflow_id AS workflow_id, given_rows.name AS name, given_rows.display_title AS display_title, given_rows.path AS path, given_rows.run_number AS run_number, given_rows.run_attempt AS run_attempt, given_rows.event AS event, given_rows.status AS status, given_rows.conclusion AS conclusion, given_rows.head_branch AS head_branch, given_rows.head_sha AS head_sha, given_rows.head_repository_id AS head_repository_id, given_rows.actor_id AS actor_id, given_rows.actor_login AS actor_login, given_rows.triggering_actor_login AS triggering_actor_login, given_rows.pull_request_numbers AS pull_request_numbers, given_rows.check_suite_id AS check_suite_id, given_rows.check_suite_node_id AS check_suite_node_id, given_rows.node_id AS node_id, given_rows.html_url AS html_url, given_rows.created_at AS created_at, given_rows.updated_at AS updated_at, given_rows.run_started_at AS run_started_at 
FROM jsonb_to_recordset(p_rows) AS given_rows(id BIGINT, repository_id BIGINT, captured_at TIMESTAMP WITH TIME ZONE, workflow_id BIGINT, name TEXT, display_title TEXT, path TEXT, run_number BIGINT, run_attempt BIGINT, event TEXT, status TEXT, conclusion TEXT, head_branch TEXT, head_sha TEXT, head_repository_id BIGINT, actor_id BIGINT, actor_login TEXT, triggering_actor_login TEXT, pull_request_numbers JSONB, check_suite_id BIGINT, check_suite_node_id TEXT, node_id TEXT, html_url TEXT, created_at TIMESTAMP WITH TIME ZONE, updated_at TIMESTAMP WITH TIME ZONE, run_started_at TIMESTAMP WITH TIME ZONE)), 
known AS 
(SELECT workflow_runs.id AS id 
FROM workflow_runs, given 
WHERE workflow_runs.id = given.id), 
written AS 
(INSERT INTO workflow_runs (id, repository_id, captured_at, workflow_id, name, display_title, path, run_number, run_attempt, event, status, conclusion, head_branch, head_sha, head_repository_id, actor_id, actor_login, triggering_actor_login, pull_request_numbers, check_suite_id, check_suite_node_id, node_id, html_url, created_at, updated_at, run_started_at) SELECT given.id AS id, given.repository_id AS repository_id, given.captured_at AS captured_at, given.workflow_id AS workflow_id, given.name AS name, given.display_title AS display_title, given.path AS path, given.run_number AS run_number, given.run_attempt AS run_attempt, given.event AS event, given.status AS status, given.conclusion AS conclusion, given.head_branch AS head_branch, given.head_sha AS head_sha, given.head_repository_id AS head_repository_id, given.actor_id AS actor_id, given.actor_login AS actor_login, given.triggering_actor_login AS triggering_actor_login, given.pull_request_numbers AS pull_request_numbers, given.check_suite_id AS check_suite_id, given.check_suite_node_id AS check_suite_node_id, given.node_id AS node_id, given.html_url AS html_url, given.created_at AS created_at, given.updated_at AS updated_at, given.run_started_at AS run_started_at 
FROM given ON CONFLICT (id) DO UPDATE SET repository_id = CASE WHEN (excluded.captured_at > workflow_runs.captured_at OR excluded.captured_at = workflow_runs.captured_at AND (coalesce(excluded.run_attempt, 0) > coalesce(workflow_runs.run_attempt, 0) OR coalesce(excluded.run_attempt, 0) = coalesce(workflow_runs.run_attempt, 0) AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(workflow_runs.updated_at, '1970-01-01T00:00:00Z') OR coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') = coalesce(workflow_runs.updated_at, '1970-01-01T00:00:00Z') AND (CASE WHEN (excluded.status = 'in_progress') THEN 1 WHEN (excluded.status = 'completed') THEN 2 ELSE 0 END > CASE WHEN (workflow_runs.status = 'in_progress') THEN 1 WHEN (workflow_runs.status = 'completed') THEN 2 ELSE 0 END OR false)))) THEN excluded.repository_id ELSE workflow_runs.repository_id END, captured_at = CASE WHEN (excluded.captured_at > workflow_runs.captured_at OR excluded.captured_at = workflow_runs.captured_at AND (coalesce(excluded.run_attempt, 0) > coalesce(workflow_runs.run_attempt, 0) OR coalesce(excluded.run_attempt, 0) = coalesce(workflow_runs.run_attempt, 0) AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(workflow_runs.updated_at, '1970-01-01T00:00:00Z') OR coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') = coalesce(workflow_runs.updated_at, '1970-01-01T00:00:00Z') AND (CASE WHEN (excluded.status = 'in_progress') THEN 1 WHEN (excluded.status = 'completed') THEN 2 ELSE 0 END > CASE WHEN (workflow_runs.status = 'in_progress') THEN 1 WHEN (workflow_runs.status = 'completed') THEN 2 ELSE 0 END OR false)))) THEN excluded.captured_at ELSE workflow_runs.captured_at END, workflow_id = CASE WHEN (excluded.captured_at > workflow_runs.captured_at OR excluded.captured_at = workflow_runs.captured_at AND (coalesce(excluded.run_attempt, 0) > coalesce(workflow_runs.run_attempt, 0) OR coalesce(excluded.run_attempt, 0) = coalesce(workflow_runs.run_attempt, 0) AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(workflow_runs.updated_at, '1970-01-01T00:00:00Z') OR coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') = coalesce(workflow_runs.updated_at, '1970-01-01T00:00:00Z') AND (CASE WHEN (excluded.status = 'in_progress') THEN 1 WHEN (excluded.status = 'completed') THEN 2 ELSE 0 END > CASE WHEN (workflow_runs.status = 'in_progress') THEN 1 WHEN (workflow_runs.status = 'completed') THEN 2 ELSE 0 END OR false)))) THEN excluded.workflow_id ELSE workflow_runs.workflow_id END, name = CASE WHEN (excluded.captured_at > workflow_runs.captured_at OR excluded.captured_at = workflow_runs.captured_at AND (coalesce(excluded.run_attempt, 0) > coalesce(workflow_runs.run_attempt, 0) OR coalesce(excluded.run_attempt, 0) = coalesce(workflow_runs.run_attempt, 0) AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(workflow_runs.updated_at, '1970-01-01T00:00:00Z') OR coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') = coalesce(workflow_runs.updated_at, '1970-01-01T00:00:00Z') AND (CASE WHEN (excluded.status = 'in_progress') THEN 1 WHEN (excluded.status = 'completed') THEN 2 ELSE 0 END > CASE WHEN (workflow_runs.status = 'in_progress') THEN 1 WHEN (workflow_runs.status = 'completed') THEN 2 ELSE 0 END OR false)))) THEN excluded.name ELSE workflow_runs.name END, display_title = CASE WHEN (excluded.captured_at > workflow_runs.captured_at OR excluded.captured_at = workflow_runs.captured_at AND (coalesce(excluded.run_attempt, 0) > coalesce(workflow_runs.run_attempt, 0) OR coalesce(excluded.run_attempt, 0) = coalesce(workflow_runs.run_attempt, 0) AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(workflow_runs.updated_at, '1970-01-01T00:00:00Z') OR coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') = coalesce(workflow_runs.updated_at, '1970-01-01T00:00:00Z') AND (CASE WHEN (excluded.status = 'in_progress') THEN 1 WHEN (excluded.status = 'completed') THEN 2 ELSE 0 END > CASE WHEN (workflow_runs.status = 'in_progress') THEN 1 WHEN (workflow_runs.status = 'completed') THEN 2 ELSE 0 END OR false)))) THEN excluded.display_title ELSE workflow_runs.display_title END, path = CASE WHEN (excluded.captured_at > workflow_runs.captured_at OR excluded.captured_at = workflow_runs.captured_at AND (coalesce(excluded.run_attempt, 0) > coalesce(workflow_runs.run_attempt, 0) OR coalesce(excluded.run_attempt, 0) = coalesce(workflow_runs.run_attempt, 0) AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(workflow_runs.updated_at, '1970-01-01T00:00:00Z') OR coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') = coalesce(workflow_runs.updated_at, '1970-01-01T00:00:00Z') AND (CASE WHEN (excluded.status = 'in_progress') THEN 1 WHEN (excluded.status = 'completed') THEN 2 ELSE 0 END > CASE WHEN (workflow_runs.status = 'in_progress') THEN 1 WHEN (workflow_runs.status = 'completed') THEN 2 ELSE 0 END OR false)))) THEN excluded.path ELSE workflow_runs.path END, run_number = CASE WHEN (excluded.captured_at > workflow_runs.captured_at OR excluded.captured_at = workflow_runs.captured_at AND (coalesce(excluded.run_attempt, 0) > coalesce(workflow_runs.run_attempt, 0) OR coalesce(excluded.run_attempt, 0) = coalesce(workflow_runs.run_attempt, 0) AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(workflow_runs.updated_at, '1970-01-01T00:00:00Z') OR coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') = coalesce(workflow_runs.updated_at, '1970-01-01T00:00:00Z') AND (CASE WHEN (excluded.status = 'in_progress') THEN 1 WHEN (excluded.status = 'completed') THEN 2 ELSE 0 END > CASE WHEN (workflow_runs.status = 'in_progress') THEN 1 WHEN (workflow_runs.status = 'completed') THEN 2 ELSE 0 END OR false)))) THEN excluded.run_number ELSE workflow_runs.run_number END, run_attempt = CASE WHEN (excluded.captured_at > workflow_runs.captured_at OR excluded.captured_at = workflow_runs.captured_at AND (coalesce(excluded.run_attempt, 0) > coalesce(workflow_runs.run_attempt, 0) OR coalesce(excluded.run_attempt, 0) = coalesce(workflow_runs.run_attempt, 0) AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(workflow_runs.updated_at, '1970-01-01T00:00:00Z') OR coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') = coalesce(workflow_runs.updated_at, '1970-01-01T00:00:00Z') AND (CASE WHEN (excluded.status = 'in_progress') THEN 1 WHEN (excluded.status = 'completed') THEN 2 ELSE 0 END > CASE WHEN (workflow_runs.status = 'in_progress') THEN 1 WHEN (workflow_runs.status = 'completed') THEN 2 ELSE 0 END OR false)))) THEN excluded.run_attempt ELSE workflow_runs.run_attempt END, event = CASE WHEN (excluded.captured_at > workflow_runs.captured_at OR excluded.captured_at = workflow_runs.captured_at AND (coalesce(excluded.run_attempt, 0) > coalesce(workflow_runs.run_attempt, 0) OR coalesce(excluded.run_attempt, 0) = coalesce(workflow_runs.run_attempt, 0) AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(workflow_runs.updated_at, '1970-01-01T00:00:00Z') OR coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') = coalesce(workflow_runs.updated_at, '1970-01-01T00:00:00Z') AND (CASE WHEN (excluded.status = 'in_progress') THEN 1 WHEN (excluded.status = 'completed') THEN 2 ELSE 0 END > CASE WHEN (workflow_runs.status = 'in_progress') THEN 1 WHEN (workflow_runs.status = 'completed') THEN 2 ELSE 0 END OR false)))) THEN excluded.event ELSE workflow_runs.event END, status = CASE WHEN (excluded.captured_at > workflow_runs.captured_at OR excluded.captured_at = workflow_runs.captured_at AND (coalesce(excluded.run_attempt, 0) > coalesce(workflow_runs.run_attempt, 0) OR coalesce(excluded.run_attempt, 0) = coalesce(workflow_runs.run_attempt, 0) AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(workflow_runs.updated_at, '1970-01-01T00:00:00Z') OR coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') = coalesce(workflow_runs.updated_at, '1970-01-01T00:00:00Z') AND (CASE WHEN (excluded.status = 'in_progress') THEN 1 WHEN (excluded.status = 'completed') THEN 2 ELSE 0 END > CASE WHEN (workflow_runs.status = 'in_progress') THEN 1 WHEN (workflow_runs.status = 'completed') THEN 2 ELSE 0 END OR false)))) THEN excluded.status ELSE workflow_runs.status END, conclusion = CASE WHEN (excluded.captured_at > workflow_runs.captured_at OR excluded.captured_at = workflow_runs.captured_at AND (coalesce(excluded.run_attempt, 0) > coalesce(workflow_runs.run_attempt, 0) OR coalesce(excluded.run_attempt, 0) = coalesce(workflow_runs.run_attempt, 0) AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(workflow_runs.updated_at, '1970-01-01T00:00:00Z') OR coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') = coalesce(workflow_runs.updated_at, '1970-01-01T00:00:00Z') AND (CASE WHEN (excluded.status = 'in_progress') THEN 1 WHEN (excluded.status = 'completed') THEN 2 ELSE 0 END > CASE WHEN (workflow_runs.status = 'in_progress') THEN 1 WHEN (workflow_runs.status = 'completed') THEN 2 ELSE 0 END OR false)))) THEN excluded.conclusion ELSE workflow_runs.conclusion END, head_branch = CASE WHEN (excluded.captured_at > workflow_runs.captured_at OR excluded.captured_at = workflow_runs.captured_at AND (coalesce(excluded.run_attempt, 0) > coalesce(workflow_runs.run_attempt, 0) OR coalesce(excluded.run_attempt, 0) = coalesce(workflow_runs.run_attempt, 0) AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(workflow_runs.updated_at, '1970-01-01T00:00:00Z') OR coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') = coalesce(workflow_runs.updated_at, '1970-01-01T00:00:00Z') AND (CASE WHEN (excluded.status = 'in_progress') THEN 1 WHEN (excluded.status = 'completed') THEN 2 ELSE 0 END > CASE WHEN (workflow_runs.status = 'in_progress') THEN 1 WHEN (workflow_runs.status = 'completed') THEN 2 ELSE 0 END OR false)))) THEN excluded.head_branch ELSE workflow_runs.head_branch END, head_sha = CASE WHEN (excluded.captured_at > workflow_runs.captured_at OR excluded.captured_at = workflow_runs.captured_at AND (coalesce(excluded.run_attempt, 0) > coalesce(workflow_runs.run_attempt, 0) OR coalesce(excluded.run_attempt, 0) = coalesce(workflow_runs.run_attempt, 0) AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(workflow_runs.updated_at, '1970-01-01T00:00:00Z') OR coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') = coalesce(workflow_runs.updated_at, '1970-01-01T00:00:00Z') AND (CASE WHEN (excluded.status = 'in_progress') THEN 1 WHEN (excluded.status = 'completed') THEN 2 ELSE 0 END > CASE WHEN (workflow_runs.status = 'in_progress') THEN 1 WHEN (workflow_runs.status = 'completed') THEN 2 ELSE 0 END OR false)))) THEN excluded.head_sha ELSE workflow_runs.head_sha END, head_repository_id = CASE WHEN (excluded.captured_at > workflow_runs.captured_at OR excluded.captured_at = workflow_runs.captured_at AND (coalesce(excluded.run_attempt, 0) > coalesce(workflow_runs.run_attempt, 0) OR coalesce(excluded.run_attempt, 0) = coalesce(workflow_runs.run_attempt, 0) AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(workflow_runs.updated_at, '1970-01-01T00:00:00Z') OR coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') = coalesce(workflow_runs.updated_at, '1970-01-01T00:00:00Z') AND (CASE WHEN (excluded.status = 'in_progress') THEN 1 WHEN (excluded.status = 'completed') THEN 2 ELSE 0 END > CASE WHEN (workflow_runs.status = 'in_progress') THEN 1 WHEN (workflow_runs.status = 'completed') THEN 2 ELSE 0 END OR false)))) THEN excluded.head_repository_id ELSE workflow_runs.head_repository_id END, actor_id = CASE WHEN (excluded.captured_at > workflow_runs.captured_at OR excluded.captured_at = workflow_runs.captured_at AND (coalesce(excluded.run_attempt, 0) > coalesce(workflow_runs.run_attempt, 0) OR coalesce(excluded.run_attempt, 0) = coalesce(workflow_runs.run_attempt, 0) AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(workflow_runs.updated_at, '1970-01-01T00:00:00Z') OR coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') = coalesce(workflow_runs.updated_at, '1970-01-01T00:00:00Z') AND (CASE WHEN (excluded.status = 'in_progress') THEN 1 WHEN (excluded.status = 'completed') THEN 2 ELSE 0 END > CASE WHEN (workflow_runs.status = 'in_progress') THEN 1 WHEN (workflow_runs.status = 'completed') THEN 2 ELSE 0 END OR false)))) THEN excluded.actor_id ELSE workflow_runs.actor_id END, actor_login = CASE WHEN (excluded.captured_at > workflow_runs.captured_at OR excluded.captured_at = workflow_runs.captured_at AND (coalesce(excluded.run_attempt, 0) > coalesce(workflow_runs.run_attempt, 0) OR coalesce(excluded.run_attempt, 0) = coalesce(workflow_runs.run_attempt, 0) AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(workflow_runs.updated_at, '1970-01-01T00:00:00Z') OR coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') = coalesce(workflow_runs.updated_at, '1970-01-01T00:00:00Z') AND (CASE WHEN (excluded.status = 'in_progress') THEN 1 WHEN (excluded.status = 'completed') THEN 2 ELSE 0 END > CASE WHEN (workflow_runs.status = 'in_progress') THEN 1 WHEN (workflow_runs.status = 'completed') THEN 2 ELSE 0 END OR false)))) THEN excluded.actor_login ELSE workflow_runs.actor_login END, triggering_actor_login = CASE WHEN (excluded.captured_at > workflow_runs.captured_at OR excluded.captured_at = workflow_runs.captured_at AND (coalesce(excluded.run_attempt, 0) > coalesce(workflow_runs.run_attempt, 0) OR coalesce(excluded.run_attempt, 0) = coalesce(workflow_runs.run_attempt, 0) AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(workflow_runs.updated_at, '1970-01-01T00:00:00Z') OR coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') = coalesce(workflow_runs.updated_at, '1970-01-01T00:00:00Z') AND (CASE WHEN (excluded.status = 'in_progress') THEN 1 WHEN (excluded.status = 'completed') THEN 2 ELSE 0 END > CASE WHEN (workflow_runs.status = 'in_progress') THEN 1 WHEN (workflow_runs.status = 'completed') THEN 2 ELSE 0 END OR false)))) THEN excluded.triggering_actor_login ELSE workflow_runs.triggering_actor_login END, pull_request_numbers = CASE WHEN (CASE WHEN (excluded.captured_at > workflow_runs.captured_at OR excluded.captured_at = workflow_runs.captured_at AND (coalesce(excluded.run_attempt, 0) > coalesce(workflow_runs.run_attempt, 0) OR coalesce(excluded.run_attempt, 0) = coalesce(workflow_runs.run_attempt, 0) AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(workflow_runs.updated_at, '1970-01-01T00:00:00Z') OR coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') = coalesce(workflow_runs.updated_at, '1970-01-01T00:00:00Z') AND (CASE WHEN (excluded.status = 'in_progress') THEN 1 WHEN (excluded.status = 'completed') THEN 2 ELSE 0 END > CASE WHEN (workflow_runs.status = 'in_progress') THEN 1 WHEN (workflow_runs.status = 'completed') THEN 2 ELSE 0 END OR false)))) THEN excluded.pull_request_numbers ELSE workflow_runs.pull_request_numbers END != '[]'::jsonb) THEN CASE WHEN (excluded.captured_at > workflow_runs.captured_at OR excluded.captured_at = workflow_runs.captured_at AND (coalesce(excluded.run_attempt, 0) > coalesce(workflow_runs.run_attempt, 0) OR coalesce(excluded.run_attempt, 0) = coalesce(workflow_runs.run_attempt, 0) AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(workflow_runs.updated_at, '1970-01-01T00:00:00Z') OR coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') = coalesce(workflow_runs.updated_at, '1970-01-01T00:00:00Z') AND (CASE WHEN (excluded.status = 'in_progress') THEN 1 WHEN (excluded.status = 'completed') THEN 2 ELSE 0 END > CASE WHEN (workflow_runs.status = 'in_progress') THEN 1 WHEN (workflow_runs.status = 'completed') THEN 2 ELSE 0 END OR false)))) THEN excluded.pull_request_numbers ELSE workflow_runs.pull_request_numbers END ELSE CASE WHEN (excluded.captured_at > workflow_runs.captured_at OR excluded.captured_at = workflow_runs.captured_at AND (coalesce(excluded.run_attempt, 0) > coalesce(workflow_runs.run_attempt, 0) OR coalesce(excluded.run_attempt, 0) = coalesce(workflow_runs.run_attempt, 0) AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(workflow_runs.updated_at, '1970-01-01T00:00:00Z') OR coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') = coalesce(workflow_runs.updated_at, '1970-01-01T00:00:00Z') AND (CASE WHEN (excluded.status = 'in_progress') THEN 1 WHEN (excluded.status = 'completed') THEN 2 ELSE 0 END > CASE WHEN (workflow_runs.status = 'in_progress') THEN 1 WHEN (workflow_runs.status = 'completed') THEN 2 ELSE 0 END OR false)))) THEN workflow_runs.pull_request_numbers ELSE excluded.pull_request_numbers END END, check_suite_id = CASE WHEN (excluded.captured_at > workflow_runs.captured_at OR excluded.captured_at = workflow_runs.captured_at AND (coalesce(excluded.run_attempt, 0) > coalesce(workflow_runs.run_attempt, 0) OR coalesce(excluded.run_attempt, 0) = coalesce(workflow_runs.run_attempt, 0) AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(workflow_runs.updated_at, '1970-01-01T00:00:00Z') OR coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') = coalesce(workflow_runs.updated_at, '1970-01-01T00:00:00Z') AND (CASE WHEN (excluded.status = 'in_progress') THEN 1 WHEN (excluded.status = 'completed') THEN 2 ELSE 0 END > CASE WHEN (workflow_runs.status = 'in_progress') THEN 1 WHEN (workflow_runs.status = 'completed') THEN 2 ELSE 0 END OR false)))) THEN excluded.check_suite_id ELSE workflow_runs.check_suite_id END, check_suite_node_id = CASE WHEN (excluded.captured_at > workflow_runs.captured_at OR excluded.captured_at = workflow_runs.captured_at AND (coalesce(excluded.run_attempt, 0) > coalesce(workflow_runs.run_attempt, 0) OR coalesce(excluded.run_attempt, 0) = coalesce(workflow_runs.run_attempt, 0) AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(workflow_runs.updated_at, '1970-01-01T00:00:00Z') OR coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') = coalesce(workflow_runs.updated_at, '1970-01-01T00:00:00Z') AND (CASE WHEN (excluded.status = 'in_progress') THEN 1 WHEN (excluded.status = 'completed') THEN 2 ELSE 0 END > CASE WHEN (workflow_runs.status = 'in_progress') THEN 1 WHEN (workflow_runs.status = 'completed') THEN 2 ELSE 0 END OR false)))) THEN excluded.check_suite_node_id ELSE workflow_runs.check_suite_node_id END, node_id = CASE WHEN (excluded.captured_at > workflow_runs.captured_at OR excluded.captured_at = workflow_runs.captured_at AND (coalesce(excluded.run_attempt, 0) > coalesce(workflow_runs.run_attempt, 0) OR coalesce(excluded.run_attempt, 0) = coalesce(workflow_runs.run_attempt, 0) AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(workflow_runs.updated_at, '1970-01-01T00:00:00Z') OR coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') = coalesce(workflow_runs.updated_at, '1970-01-01T00:00:00Z') AND (CASE WHEN (excluded.status = 'in_progress') THEN 1 WHEN (excluded.status = 'completed') THEN 2 ELSE 0 END > CASE WHEN (workflow_runs.status = 'in_progress') THEN 1 WHEN (workflow_runs.status = 'completed') THEN 2 ELSE 0 END OR false)))) THEN excluded.node_id ELSE workflow_runs.node_id END, html_url = CASE WHEN (excluded.captured_at > workflow_runs.captured_at OR excluded.captured_at = workflow_runs.captured_at AND (coalesce(excluded.run_attempt, 0) > coalesce(workflow_runs.run_attempt, 0) OR coalesce(excluded.run_attempt, 0) = coalesce(workflow_runs.run_attempt, 0) AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(workflow_runs.updated_at, '1970-01-01T00:00:00Z') OR coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') = coalesce(workflow_runs.updated_at, '1970-01-01T00:00:00Z') AND (CASE WHEN (excluded.status = 'in_progress') THEN 1 WHEN (excluded.status = 'completed') THEN 2 ELSE 0 END > CASE WHEN (workflow_runs.status = 'in_progress') THEN 1 WHEN (workflow_runs.status = 'completed') THEN 2 ELSE 0 END OR false)))) THEN excluded.html_url ELSE workflow_runs.html_url END, created_at = CASE WHEN (excluded.captured_at > workflow_runs.captured_at OR excluded.captured_at = workflow_runs.captured_at AND (coalesce(excluded.run_attempt, 0) > coalesce(workflow_runs.run_attempt, 0) OR coalesce(excluded.run_attempt, 0) = coalesce(workflow_runs.run_attempt, 0) AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(workflow_runs.updated_at, '1970-01-01T00:00:00Z') OR coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') = coalesce(workflow_runs.updated_at, '1970-01-01T00:00:00Z') AND (CASE WHEN (excluded.status = 'in_progress') THEN 1 WHEN (excluded.status = 'completed') THEN 2 ELSE 0 END > CASE WHEN (workflow_runs.status = 'in_progress') THEN 1 WHEN (workflow_runs.status = 'completed') THEN 2 ELSE 0 END OR false)))) THEN excluded.created_at ELSE workflow_runs.created_at END, updated_at = CASE WHEN (excluded.captured_at > workflow_runs.captured_at OR excluded.captured_at = workflow_runs.captured_at AND (coalesce(excluded.run_attempt, 0) > coalesce(workflow_runs.run_attempt, 0) OR coalesce(excluded.run_attempt, 0) = coalesce(workflow_runs.run_attempt, 0) AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(workflow_runs.updated_at, '1970-01-01T00:00:00Z') OR coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') = coalesce(workflow_runs.updated_at, '1970-01-01T00:00:00Z') AND (CASE WHEN (excluded.status = 'in_progress') THEN 1 WHEN (excluded.status = 'completed') THEN 2 ELSE 0 END > CASE WHEN (workflow_runs.status = 'in_progress') THEN 1 WHEN (workflow_runs.status = 'completed') THEN 2 ELSE 0 END OR false)))) THEN excluded.updated_at ELSE workflow_runs.updated_at END, run_started_at = CASE WHEN (excluded.captured_at > workflow_runs.captured_at OR excluded.captured_at = workflow_runs.captured_at AND (coalesce(excluded.run_attempt, 0) > coalesce(workflow_runs.run_attempt, 0) OR coalesce(excluded.run_attempt, 0) = coalesce(workflow_runs.run_attempt, 0) AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(workflow_runs.updated_at, '1970-01-01T00:00:00Z') OR coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') = coalesce(workflow_runs.updated_at, '1970-01-01T00:00:00Z') AND (CASE WHEN (excluded.status = 'in_progress') THEN 1 WHEN (excluded.status = 'completed') THEN 2 ELSE 0 END > CASE WHEN (workflow_runs.status = 'in_progress') THEN 1 WHEN (workflow_runs.status = 'completed') THEN 2 ELSE 0 END OR false)))) THEN excluded.run_started_at ELSE workflow_runs.run_started_at END, gone_at = CASE WHEN (excluded.captured_at > workflow_runs.gone_at) THEN NULL ELSE workflow_runs.gone_at END WHERE (excluded.captured_at > workflow_runs.captured_at OR excluded.captured_at = workflow_runs.captured_at AND (coalesce(excluded.run_attempt, 0) > coalesce(workflow_runs.run_attempt, 0) OR coalesce(excluded.run_attempt, 0) = coalesce(workflow_runs.run_attempt, 0) AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(workflow_runs.updated_at, '1970-01-01T00:00:00Z') OR coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') = coalesce(workflow_runs.updated_at, '1970-01-01T00:00:00Z') AND (CASE WHEN (excluded.status = 'in_progress') THEN 1 WHEN (excluded.status = 'completed') THEN 2 ELSE 0 END > CASE WHEN (workflow_runs.status = 'in_progress') THEN 1 WHEN (workflow_runs.status = 'completed') THEN 2 ELSE 0 END OR false)))) AND (excluded.repository_id IS DISTINCT FROM workflow_runs.repository_id OR excluded.workflow_id IS DISTINCT FROM workflow_runs.workflow_id OR excluded.name IS DISTINCT FROM workflow_runs.name OR excluded.display_title IS DISTINCT FROM workflow_runs.display_title OR excluded.path IS DISTINCT FROM workflow_runs.path OR excluded.run_number IS DISTINCT FROM workflow_runs.run_number OR excluded.run_attempt IS DISTINCT FROM workflow_runs.run_attempt OR excluded.event IS DISTINCT FROM workflow_runs.event OR excluded.status IS DISTINCT FROM workflow_runs.status OR excluded.conclusion IS DISTINCT FROM workflow_runs.conclusion OR excluded.head_branch IS DISTINCT FROM workflow_runs.head_branch OR excluded.head_sha IS DISTINCT FROM workflow_runs.head_sha OR excluded.head_repository_id IS DISTINCT FROM workflow_runs.head_repository_id OR excluded.actor_id IS DISTINCT FROM workflow_runs.actor_id OR excluded.actor_login IS DISTINCT FROM workflow_runs.actor_login OR excluded.triggering_actor_login IS DISTINCT FROM workflow_runs.triggering_actor_login OR excluded.check_suite_id IS DISTINCT FROM workflow_runs.check_suite_id OR excluded.check_suite_node_id IS DISTINCT FROM workflow_runs.check_suite_node_id OR excluded.node_id IS DISTINCT FROM workflow_runs.node_id OR excluded.html_url IS DISTINCT FROM workflow_runs.html_url OR excluded.created_at IS DISTINCT FROM workflow_runs.created_at OR excluded.updated_at IS DISTINCT FROM workflow_runs.updated_at OR excluded.run_started_at IS DISTINCT FROM workflow_runs.run_started_at) OR CASE WHEN (excluded.captured_at > workflow_runs.gone_at) THEN NULL ELSE workflow_runs.gone_at END IS DISTINCT FROM workflow_runs.gone_at OR CASE WHEN (CASE WHEN (excluded.captured_at > workflow_runs.captured_at OR excluded.captured_at = workflow_runs.captured_at AND (coalesce(excluded.run_attempt, 0) > coalesce(workflow_runs.run_attempt, 0) OR coalesce(excluded.run_attempt, 0) = coalesce(workflow_runs.run_attempt, 0) AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(workflow_runs.updated_at, '1970-01-01T00:00:00Z') OR coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') = coalesce(workflow_runs.updated_at, '1970-01-01T00:00:00Z') AND (CASE WHEN (excluded.status = 'in_progress') THEN 1 WHEN (excluded.status = 'completed') THEN 2 ELSE 0 END > CASE WHEN (workflow_runs.status = 'in_progress') THEN 1 WHEN (workflow_runs.status = 'completed') THEN 2 ELSE 0 END OR false)))) THEN excluded.pull_request_numbers ELSE workflow_runs.pull_request_numbers END != '[]'::jsonb) THEN CASE WHEN (excluded.captured_at > workflow_runs.captured_at OR excluded.captured_at = workflow_runs.captured_at AND (coalesce(excluded.run_attempt, 0) > coalesce(workflow_runs.run_attempt, 0) OR coalesce(excluded.run_attempt, 0) = coalesce(workflow_runs.run_attempt, 0) AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(workflow_runs.updated_at, '1970-01-01T00:00:00Z') OR coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') = coalesce(workflow_runs.updated_at, '1970-01-01T00:00:00Z') AND (CASE WHEN (excluded.status = 'in_progress') THEN 1 WHEN (excluded.status = 'completed') THEN 2 ELSE 0 END > CASE WHEN (workflow_runs.status = 'in_progress') THEN 1 WHEN (workflow_runs.status = 'completed') THEN 2 ELSE 0 END OR false)))) THEN excluded.pull_request_numbers ELSE workflow_runs.pull_request_numbers END ELSE CASE WHEN (excluded.captured_at > workflow_runs.captured_at OR excluded.captured_at = workflow_runs.captured_at AND (coalesce(excluded.run_attempt, 0) > coalesce(workflow_runs.run_attempt, 0) OR coalesce(excluded.run_attempt, 0) = coalesce(workflow_runs.run_attempt, 0) AND (coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') > coalesce(workflow_runs.updated_at, '1970-01-01T00:00:00Z') OR coalesce(excluded.updated_at, '1970-01-01T00:00:00Z') = coalesce(workflow_runs.updated_at, '1970-01-01T00:00:00Z') AND (CASE WHEN (excluded.status = 'in_progress') THEN 1 WHEN (excluded.status = 'completed') THEN 2 ELSE 0 END > CASE WHEN (workflow_runs.status = 'in_progress') THEN 1 WHEN (workflow_runs.status = 'completed') THEN 2 ELSE 0 END OR false)))) THEN workflow_runs.pull_request_numbers ELSE excluded.pull_request_numbers END END IS DISTINCT FROM workflow_runs.pull_request_numbers RETURNING workflow_runs.id)
 SELECT coalesce(jsonb_agg(jsonb_build_array(written.id, EXISTS (SELECT * 
FROM known 
WHERE known.id = written.id))), '[]'::jsonb) AS coalesce_1 
FROM written
$function$;
COMMENT ON FUNCTION capture_write_workflow_runs(p_rows JSONB) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_write_workflow_runs(p_rows JSONB) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_write_workflow_runs(p_rows JSONB) TO service_role;

CREATE OR REPLACE FUNCTION capture_write_workflows(p_rows JSONB) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY INVOKER SET search_path = public, pg_temp
AS $function$
WITH given AS 
(SELECT given_rows.id AS id, given_rows.repository_id AS repository_id, given_rows.captured_at AS captured_at, given_rows.name AS name, given_rows.path AS path, given_rows.state AS state 
FROM jsonb_to_recordset(p_rows) AS given_rows(id BIGINT, repository_id BIGINT, captured_at TIMESTAMP WITH TIME ZONE, name TEXT, path TEXT, state TEXT)), 
known AS 
(SELECT workflows.id AS id 
FROM workflows, given 
WHERE workflows.id = given.id), 
written AS 
(INSERT INTO workflows (id, repository_id, captured_at, name, path, state) SELECT given.id AS id, given.repository_id AS repository_id, given.captured_at AS captured_at, given.name AS name, given.path AS path, given.state AS state 
FROM given ON CONFLICT (id) DO UPDATE SET repository_id = excluded.repository_id, captured_at = excluded.captured_at, name = excluded.name, path = excluded.path, state = excluded.state WHERE (excluded.captured_at > workflows.captured_at OR false) AND (excluded.repository_id IS DISTINCT FROM workflows.repository_id OR excluded.name IS DISTINCT FROM workflows.name OR excluded.path IS DISTINCT FROM workflows.path OR excluded.state IS DISTINCT FROM workflows.state) RETURNING workflows.id)
 SELECT coalesce(jsonb_agg(jsonb_build_array(written.id, EXISTS (SELECT * 
FROM known 
WHERE known.id = written.id))), '[]'::jsonb) AS coalesce_1 
FROM written
$function$;
COMMENT ON FUNCTION capture_write_workflows(p_rows JSONB) IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_write_workflows(p_rows JSONB) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_write_workflows(p_rows JSONB) TO service_role;

CREATE OR REPLACE FUNCTION capture_version() RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'
AS $function$
BEGIN RETURN (
SELECT jsonb_agg(jsonb_build_array(version_num, '20261122000600')) FROM progressive_capture_version
); END
$function$;
COMMENT ON FUNCTION capture_version() IS 'Progressive Capture';
REVOKE ALL ON FUNCTION capture_version() FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION capture_version() TO service_role;

NOTIFY pgrst, 'reload schema';
