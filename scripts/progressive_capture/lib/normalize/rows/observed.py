"""What all observations have in common."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict


class Observed(TypedDict):
    """What every observation carries: whose it is, and when GitHub said so."""

    repository_id: int
    captured_at: datetime
