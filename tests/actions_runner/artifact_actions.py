"""What stands for actions/upload-artifact and actions/download-artifact, version 4 and later.

https://github.com/actions/upload-artifact and https://github.com/actions/download-artifact, README.md.
"""

from __future__ import annotations

import glob
import os
import zipfile
from pathlib import Path

from actions_runner.artifacts import Artifact, ArtifactError
from actions_runner.stand_ins import ActionCall, ActionFailedError

_MAGIC = "*?["
_LONGEST_DAYS = 400
_WITHOUT_FILES = ("warn", "error", "ignore")


def upload(call: ActionCall) -> None:
    """
    Raises:
        ActionFailedError: as the action fails.
    """
    if call.inputs["if-no-files-found"] not in _WITHOUT_FILES:
        raise ActionFailedError(f"Unrecognized if-no-files-found input: {call.inputs['if-no-files-found']}")
    files = _found(call)
    if not files:
        _found_nothing(call)
        return
    archive = call.is_true("archive")
    if not archive and len(files) != 1:
        raise ActionFailedError(f"archive: false takes a single file, and found {len(files)}")
    try:
        made = call.artifacts.upload(
            call.inputs["name"] if archive else next(iter(files)),
            files,
            run_id=str(call.github["run_id"]),
            attempt=int(call.github["run_attempt"]),
            overwrite=call.is_true("overwrite"),
            archive=archive,
            retention_days=_days(call.inputs["retention-days"]),
        )
    except ArtifactError as error:
        raise ActionFailedError(str(error)) from error
    _say_outputs(call, made)


def _say_outputs(call: ActionCall, made: Artifact) -> None:
    run = f"{call.github['server_url']}/{call.github['repository']}/actions/runs/{call.github['run_id']}"
    call.outputs.update(
        {
            "artifact-id": str(made.id),
            "artifact-digest": made.digest,
            "artifact-url": f"{run}/artifacts/{made.id}",
        }
    )
    call.said.take(f"Artifact {made.name} has been successfully uploaded! Artifact ID is {made.id}")


def _found_nothing(call: ActionCall) -> None:
    said = (
        f"No files were found with the provided path: {call.inputs['path']}. No artifacts will be uploaded."
    )
    match call.inputs["if-no-files-found"]:
        case "error":
            raise ActionFailedError(said)
        case "warn":
            call.said.warning(said)
        case _:
            call.said.take(said)


def _days(text: str) -> int:
    if text and (not text.isdecimal() or int(text) > _LONGEST_DAYS):
        raise ActionFailedError(f"Invalid retention-days: {text}")
    return int(text or 0)


def _found(call: ActionCall) -> dict[str, Path]:
    """Files by their names in the archive: below what the paths have in common."""
    patterns = [line.strip() for line in call.inputs["path"].splitlines() if line.strip()]
    hidden = call.is_true("include-hidden-files")
    chosen: set[Path] = set()
    for pattern in patterns:
        found = _files(_absolute(call, pattern.removeprefix("!")), hidden=hidden)
        chosen = chosen - found if pattern.startswith("!") else chosen | found
    starts = [_start(_absolute(call, pattern)) for pattern in patterns if not pattern.startswith("!")]
    root = Path(os.path.commonpath(starts)) if starts else call.workspace
    if root.is_file():
        root = root.parent
    return {str(path.relative_to(root)): path for path in chosen}


def _absolute(call: ActionCall, pattern: str) -> str:
    return os.path.normpath(call.workspace / Path(pattern).expanduser())


def _start(pattern: str) -> str:
    """The part of a pattern before its first wildcard."""
    parts = Path(pattern).parts
    plain = next((number for number, part in enumerate(parts) if set(part) & set(_MAGIC)), len(parts))
    return str(Path(*parts[:plain]))


def _files(pattern: str, *, hidden: bool) -> set[Path]:
    start = Path(_start(pattern))
    matched = [Path(each) for each in glob.glob(pattern, recursive=True, include_hidden=True)]  # noqa: PTH207
    below = [*matched, *(inner for each in matched if each.is_dir() for inner in each.rglob("*"))]
    files = {path for path in below if path.is_file()}
    return {path for path in files if hidden or not _is_hidden(path, start)}


def _is_hidden(path: Path, start: Path) -> bool:
    inner = path.relative_to(start).parts if path != start else (path.name,)
    return any(part.startswith(".") for part in inner)


def download(call: ActionCall) -> None:
    """
    Raises:
        ActionFailedError: as the action fails.
    """
    into = Path(_absolute(call, call.inputs["path"] or "."))
    into.mkdir(parents=True, exist_ok=True)
    chosen = _chosen(call)
    one = bool(call.inputs["name"]) or len(_ids(call)) == 1
    for artifact in chosen:
        below = into if one or call.is_true("merge-multiple") else into / artifact.name
        below.mkdir(parents=True, exist_ok=True)
        _unpack(artifact, below)
    call.said.take(f"Total of {len(chosen)} artifact(s) downloaded")
    call.outputs["download-path"] = str(into)


def _unpack(artifact: Artifact, folder: Path) -> None:
    if not artifact.is_archive:
        (folder / artifact.name).write_bytes(artifact.path.read_bytes())
        return
    with zipfile.ZipFile(artifact.path) as archive:
        archive.extractall(folder)


def _ids(call: ActionCall) -> list[str]:
    return [each.strip() for each in call.inputs["artifact-ids"].split(",") if each.strip()]


def _chosen(call: ActionCall) -> list[Artifact]:
    run_id = str(call.github["run_id"])
    if call.inputs["github-token"] and call.inputs["run-id"]:
        run_id = call.inputs["run-id"]
    name, ids = call.inputs["name"], _ids(call)
    if name and ids:
        raise ActionFailedError(
            "Inputs 'name' and 'artifact-ids' cannot be used together. Please specify only one."
        )
    if name:
        found = [each for each in call.artifacts.latest(run_id) if each.name == name]
        if not found:
            raise ActionFailedError(f"Unable to download artifact(s): Artifact not found for name: {name}")
        return found
    if ids:
        return [each for each in call.artifacts.of_run(run_id) if str(each.id) in ids]
    return call.artifacts.latest(run_id, call.inputs["pattern"])
