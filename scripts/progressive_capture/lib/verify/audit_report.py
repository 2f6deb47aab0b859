"""What `verify` says of an audit: lines for people, one plain value for programs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from progressive_capture.lib.report import plural, printable
from progressive_capture.lib.verify.audit import Hole
from progressive_capture.lib.verify.verifying import Verified

SHOWN = 50
NAMED = 10
MENDING = """  How to mend: sync lists what was never listed; retry tries at once what failed;
  docs/data.md says how to have lost rows captured again, as long as GitHub has them."""
MINUTE = "%Y-%m-%d %H:%M"


def in_lines(verified: Verified) -> list[str]:
    """A few lines, and every hole up to the fiftieth."""
    audit = verified.audit
    holes = list(audit.holes.values())
    found = plural(len(holes), "hole") if holes else "no hole"
    lines = [f"{printable(verified.full_name)}: {found}"]
    lines += [f"  {printable(hole.item, 90)}: {printable(hole.why)}" for hole in holes[:SHOWN]]
    if len(holes) > SHOWN:
        lines.append(f"  … and {len(holes) - SHOWN:,} more (--json shows them)")
    if audit.span is not None:
        lines.append(
            f"  audited: {audit.span.start:{MINUTE}} to {audit.span.end:{MINUTE}} UTC, "
            f"{plural(audit.stored, 'stored run')}; GitHub lists {audit.listed:,} there today"
        )
    if audit.deleted:
        shown = ", ".join(map(str, audit.deleted[:NAMED])) + (", …" if len(audit.deleted) > NAMED else "")
        lines.append(f"  deleted on GitHub since, kept here: {plural(len(audit.deleted), 'run')} ({shown})")
    if audit.expired:
        lines.append(f"  older than anything GitHub still lists, kept here: {plural(audit.expired, 'run')}")
    lines += [f"  note: {printable(note)}" for note in audit.notes]
    lines.append(f"  spent: {plural(verified.requests, 'request')}")
    if holes:
        lines.append(MENDING)
    return lines


def as_data(verified: Verified) -> Mapping[str, Any]:
    """The same, whole, for programs."""
    audit = verified.audit
    return {
        "repository": verified.full_name,
        "audited": {"from": audit.span.start, "to": audit.span.end} if audit.span else None,
        "stored_runs": audit.stored,
        "listed_runs": audit.listed,
        "holes": [_hole(hole) for hole in audit.holes.values()],
        "deleted_on_github": list(audit.deleted),
        "older_than_github_lists": audit.expired,
        "notes": audit.notes,
        "rest_requests": verified.requests,
    }


def _hole(hole: Hole) -> Mapping[str, Any]:
    data: dict[str, Any] = {"item": hole.item, "why": hole.why}
    if hole.run is not None:
        data |= {
            "run_id": hole.run.run_id,
            "run_number": hole.run.run_number,
            "created_at": hole.run.created_at,
        }
    return data
