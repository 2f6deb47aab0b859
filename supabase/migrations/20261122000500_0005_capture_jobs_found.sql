-- Written by `python -m progressive_capture.lib.store.migrations.supabase_files`: change the program's own
-- migrations and statements, not this file.

-- Running upgrade 0004 -> 0005

DROP INDEX ix_progressive_capture_jobs_repository;

CREATE INDEX ix_progressive_capture_jobs_repository ON progressive_capture_jobs (lower(repository), created_at, id);

CREATE INDEX ix_progressive_capture_jobs_newest ON progressive_capture_jobs (created_at, id);

CREATE INDEX ix_progressive_capture_jobs_running ON progressive_capture_jobs (id) WHERE status = 'running';

CREATE INDEX ix_progressive_capture_jobs_paused ON progressive_capture_jobs (id) WHERE status = 'paused';

CREATE INDEX ix_progressive_capture_jobs_parent ON progressive_capture_jobs (parent_id, chunk_index, id) WHERE parent_id IS NOT NULL;

CREATE INDEX ix_progressive_capture_jobs_dispatched ON progressive_capture_jobs (dispatched_at, id) WHERE processor = 'actions' AND status IN ('queued', 'running') AND dispatched_at IS NOT NULL;

CREATE INDEX ix_progressive_capture_jobs_processor ON progressive_capture_jobs (processor, priority DESC, created_at NULLS FIRST, id) WHERE status = 'queued';

UPDATE progressive_capture_version SET version_num='0005' WHERE progressive_capture_version.version_num = '0004';


