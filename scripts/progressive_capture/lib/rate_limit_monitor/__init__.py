"""What the token may still spend, and when: the monitor decides, the shell waits (pure).

All rules are GitHub's own: see "Rate limits for the REST API" and "Rate limits and query limits for the
GraphQL API" on https://docs.github.com.
"""

from progressive_capture.lib.rate_limit_monitor.monitor import READ_POINTS, WRITE_POINTS, RateLimitMonitor
from progressive_capture.lib.rate_limit_monitor.values import (
    CORE,
    GRAPHQL,
    Budget,
    Busy,
    Go,
    Pause,
    Reading,
    Spent,
    Verdict,
    Wait,
)

__all__ = [
    "CORE",
    "GRAPHQL",
    "READ_POINTS",
    "WRITE_POINTS",
    "Budget",
    "Busy",
    "Go",
    "Pause",
    "RateLimitMonitor",
    "Reading",
    "Spent",
    "Verdict",
    "Wait",
]
