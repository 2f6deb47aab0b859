"""The command with all that its captures import, also what they import only once they need it."""

import progressive_capture.commands.status
import progressive_capture.commands.sync
import progressive_capture.kinds
import progressive_capture.lib.actions_report
import progressive_capture.lib.assembly
import progressive_capture.lib.capture_command
import progressive_capture.lib.files.local_folder
import progressive_capture.lib.github.graphql
import progressive_capture.lib.github.opening
import progressive_capture.lib.store.migrations.running
import progressive_capture.lib.store.sql_store
import progressive_capture.lib.store.sqlite  # noqa: F401
from progressive_capture.__main__ import main

__all__ = ["main"]
