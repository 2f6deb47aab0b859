-- Written by `python -m progressive_capture.lib.store.migrations.supabase_files`: change the program's own
-- migrations and statements, not this file.

-- Running upgrade 0003 -> 0004

CREATE INDEX ix_progressive_capture_jobs_queue ON progressive_capture_jobs (priority DESC, created_at NULLS FIRST, id) WHERE status = 'queued';

UPDATE progressive_capture_version SET version_num='0004' WHERE progressive_capture_version.version_num = '0003';


