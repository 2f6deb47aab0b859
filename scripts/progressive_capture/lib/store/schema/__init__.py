"""The schema: every table in SQLAlchemy Core, every view in SQL. Names are a contract with users' own SQL."""

from progressive_capture.lib.store.schema import actions, artifacts, capture, pull_requests
from progressive_capture.lib.store.schema.tables import METADATA
from progressive_capture.lib.store.schema.views import VIEWS

__all__ = ["METADATA", "VIEWS", "actions", "artifacts", "capture", "pull_requests"]
