"""The view that says which runs belong to which pull request, in each database's own words.

`pull_request_runs`: one row per pull request and run of one repository; `matched_by` is the strongest reason:

* `listed`: GitHub said so in the run itself (`pull_request_numbers`). It names open ones only, and none of
  forks, so that most pairs have to be found in the other two ways. The pull request itself need not be
  captured.
* `head_sha`: the run's commit is the head of the pull request, as it was last seen.
* `head_branch`: the run is of the same branch of the same repository (a fork's branch of that name is another
  one), and was created while the pull request was open, or within an hour after it was closed. Where the
  fork is gone, nobody knows whose branch it was.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# Each arm leaves out what the arms before it have: so no grouping stands between a question and the indexes.
_PULL_REQUEST_RUNS = """
CREATE VIEW pull_request_runs AS
SELECT DISTINCT
    run.repository_id AS repository_id,
    {listed_number} AS pull_request_number,
    run.id AS run_id,
    'listed' AS matched_by
FROM workflow_runs AS run CROSS JOIN {each_listed}
UNION ALL
SELECT
    pull.repository_id,
    pull.number,
    run.id,
    'head_sha'
FROM pull_requests AS pull
JOIN workflow_runs AS run
    ON run.repository_id = pull.repository_id
    AND run.head_sha = pull.head_sha
WHERE NOT {is_listed}
UNION ALL
SELECT
    pull.repository_id,
    pull.number,
    run.id,
    'head_branch'
FROM pull_requests AS pull
JOIN workflow_runs AS run
    ON run.repository_id = pull.repository_id
    AND run.head_branch = pull.head_ref
    AND run.head_repository_id = pull.head_repository_id
    AND run.created_at >= pull.created_at
    AND run.created_at <= COALESCE({hour_after_closing}, run.created_at)
WHERE run.head_sha {is_not} pull.head_sha
    AND NOT {is_listed}
"""

PULL_REQUEST_RUNS: Mapping[str, str] = MappingProxyType(
    {
        "sqlite": _PULL_REQUEST_RUNS.format(
            listed_number="listed.value",
            each_listed="json_each(run.pull_request_numbers) AS listed",
            is_listed=(
                "EXISTS (SELECT 1 FROM json_each(run.pull_request_numbers) AS listed"
                " WHERE listed.value = pull.number)"
            ),
            hour_after_closing="strftime('%Y-%m-%dT%H:%M:%SZ', pull.closed_at, '+1 hour')",
            is_not="IS NOT",
        ),
        "postgresql": _PULL_REQUEST_RUNS.format(
            listed_number="listed.number::bigint",
            each_listed="LATERAL jsonb_array_elements_text(run.pull_request_numbers) AS listed(number)",
            is_listed="run.pull_request_numbers @> to_jsonb(pull.number)",
            hour_after_closing="pull.closed_at + INTERVAL '1 hour'",
            is_not="IS DISTINCT FROM",
        ),
    }
)
"""By dialect: the statement that makes the view."""
