"""What every way into a Supabase project has in common: which keys may write, and what may pass by waiting.

https://supabase.com/docs/guides/api/api-keys and
https://supabase.com/docs/guides/troubleshooting/http-status-codes
"""

from __future__ import annotations

import base64
import json
import re

from progressive_capture.lib.errors import ConfigurationError

PAUSED = 540
"""Supabase's own status for a project that rests: the free plan's after 7 quiet days."""

TRANSIENT_STATUSES = frozenset({408, 429, 500, 502, 503, 504, *range(520, 531), 544})
"""Statuses that may be gone the next time; 500 only where no code of the database's says what it was."""

SET_THE_KEY = (
    "Set SUPABASE_SECRET_KEY to the project's secret key (sb_secret_…): Project Settings → API Keys. "
    "Publishable and anon keys may not write."
)


def check_key(key: str) -> None:
    """Refuse a key that cannot be one, or cannot write, before anything is asked.

    Raises:
        ConfigurationError: if it is a publishable or an anon key, or holds what no header can.
    """
    if not re.fullmatch(r"[!-~]+", key):  # an error of the HTTP library would repeat it
        raise ConfigurationError("The Supabase key holds characters that no key has.", hint=SET_THE_KEY)
    if key.startswith("sb_publishable_") or _role_of(key) in ("anon", "authenticated"):
        raise ConfigurationError("The Supabase key is of the wrong kind: it may not write.", hint=SET_THE_KEY)


def _role_of(key: str) -> str | None:
    """The role that a legacy key (a JSON Web Token) names; nothing is verified."""
    parts = key.split(".")
    if len(parts) != len(("header", "claims", "signature")):
        return None
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except ValueError:
        return None
    return str(claims.get("role")) if isinstance(claims, dict) else None
