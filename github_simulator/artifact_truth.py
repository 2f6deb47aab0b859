"""The ground truth of one artifact, beyond its payload.

- `run_attempt`: the attempt that uploaded it;
- `vanished`: why GitHub no longer returns it (`expired`, `deleted`), else null;
- `own`: whether the capturing program uploaded it itself, so that it is not to be captured;
- `content_status`: what should become of its bytes at default limits, with a storage for files:
  `stored` or `rejected` (of what has vanished: what would have, in time);
- `content_sha256`: of the whole blob, also where the payload has no digest;
- `files`, in order: `position`, `path`, `status` (`stored`, `skipped`, `rejected`), `category` (null
  unless stored), `size_bytes` and `sha256` of the real bytes (null where there are none to be
  had), `content_kept` (its text also goes into the database);
- `test_results`, in the order of the reports: `file_position`, `suite`, `classname`, `name`,
  `status`, `rerun`, `duration_seconds` (null: not said);
  What somebody uploaded who executes a run has neither `files` nor `test_results`: nobody
  knows here what is in it;
- `test_counts`: by file position (text) and status, how many there are, re-runs included.
"""

from collections import Counter
from typing import Any

from github_simulator.artifact_bytes import ExpectedFile, ReportedResult
from github_simulator.artifacts import Artifact, Fate


def artifact_truth(artifact: Artifact, fate: Fate | None) -> dict[str, Any]:
    """What a capture should make of the artifact."""
    contents = artifact.contents
    return {
        "run_attempt": artifact.attempt.number,
        "vanished": fate,
        "own": artifact.is_own,
        "content_status": contents.status,
        "content_sha256": contents.sha256,
        "files": [_file(position, file) for position, file in contents.files],
        "test_results": [
            _result(position, result) for position, file in contents.files for result in file.results
        ],
        "test_counts": {
            str(position): dict(Counter(result.status for result in file.results))
            for position, file in contents.files
            if file.results
        },
    }


def _file(position: int, file: ExpectedFile) -> dict[str, Any]:
    return {
        "position": position,
        "path": file.path,
        "status": file.status,
        "category": file.category,
        "size_bytes": file.size,
        "sha256": file.sha256,
        "content_kept": file.content_kept,
    }


def _result(position: int, result: ReportedResult) -> dict[str, Any]:
    return {
        "file_position": position,
        "suite": result.suite,
        "classname": result.classname,
        "name": result.name,
        "status": result.status,
        "rerun": result.rerun,
        "duration_seconds": result.seconds,
    }
