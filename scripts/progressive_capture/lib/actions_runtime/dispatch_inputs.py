"""The inputs that this workflow run was dispatched with, from the event that started it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from progressive_capture.lib.settings import Settings


def dispatch_inputs(settings: Settings) -> Mapping[str, str]:
    """The inputs by name, as texts; none where something else started it, or its workflow declares none.

    https://docs.github.com/en/webhooks/webhook-events-and-payloads#workflow_dispatch
    """
    if settings.run is None or settings.run.event_name != "workflow_dispatch" or settings.event_path is None:
        return {}
    try:
        event = json.loads(Path(settings.event_path).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    inputs = event.get("inputs") if isinstance(event, dict) else None
    if not isinstance(inputs, dict):
        return {}
    return {str(name): _as_text(value) for name, value in inputs.items() if value is not None}


def _as_text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
