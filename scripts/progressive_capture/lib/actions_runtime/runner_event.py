"""What the event that started the workflow tells of the repository that runs us."""

from __future__ import annotations

import json
from pathlib import Path

from progressive_capture.lib.settings import Settings


def minutes_cost_money(settings: Settings) -> bool:
    """Whether waiting is paid for: inside Actions, unless the repository that runs us is public."""
    if not settings.in_actions:
        return False
    if settings.event_path is None:
        return True
    try:
        event = json.loads(Path(settings.event_path).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return True
    repository = event.get("repository") if isinstance(event, dict) else None
    return not (isinstance(repository, dict) and repository.get("private") is False)
