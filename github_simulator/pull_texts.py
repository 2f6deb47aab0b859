"""What people write into pull requests, hostile as it is, and as long as GitHub lets them."""

from random import Random

from github_simulator.dice import chance

LONGEST_BODY = 65_536
"""Characters that GitHub takes for one body; an emoji is one of them, and four bytes."""
_BODIES = (
    "Looks good to me 👍",
    "Could this be a constant?\r\n\r\nI saw it twice.",
    "```suggestion\n    return None\n```",
    "Größer, schöner, 日本語 und עברית in one line",
    "<img src=x onerror=alert(1)> <!-- not shown -->",
    "=HYPERLINK(\"http://example.com\"), 'quotes', \\backslash\\ and a \ttab",
    "'; DROP TABLE issue_comments; --",
    "::warning file=app.py,line=1::not a command",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "👩‍👩‍👧‍👦 e\u0301 \u202eabc\u202c \ufeff",
    "> quoted\n\n@octo-dev-1 please see #12 and 0123456789abcdef0123456789abcdef01234567",
    "   \n",
)
_LONG = ("All work and no play. " * (LONGEST_BODY // 22 + 1))[:LONGEST_BODY]
_LONG_AND_WIDE = "🐙" * LONGEST_BODY


def draw_body(rng: Random, *, may_be_empty: bool = False) -> str:
    """What somebody wrote; now and then as much as fits."""
    if may_be_empty and chance(rng, 0.6):
        return ""
    if chance(rng, 0.002):
        return draw_longest_body(rng)
    body = rng.choice(_BODIES)
    return f"{body} ({rng.randrange(10_000)})" if chance(rng, 0.7) else body


def draw_longest_body(rng: Random) -> str:
    """As much as fits."""
    return _LONG if chance(rng, 0.5) else _LONG_AND_WIDE
