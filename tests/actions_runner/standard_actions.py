"""What stands for the actions that our workflows use: the same is done, without GitHub."""

from __future__ import annotations

import platform
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from actions_runner.artifact_actions import download, upload
from actions_runner.known_actions import KNOWN_ACTIONS
from actions_runner.python_environment import make_environment
from actions_runner.stand_ins import ActionCall, ActionFailedError, StandIn

NOT_COPIED = ("__pycache__", ".venv", "node_modules", ".mypy_cache", ".ruff_cache", ".pytest_cache", "data")


@dataclass
class AppTokens:
    """The installation of a GitHub App.

    Attributes:
        mint: makes a token, from the inputs of the action.
        private_key: the one that is right; None: any is.
        revoked: tokens that were given back at the end of their job.
    """

    mint: Callable[[Mapping[str, str]], str] = lambda _: "ghs_token_of_the_app"
    private_key: str | None = None
    revoked: list[str] = field(default_factory=list)


def standard_actions(
    root: Path,
    *,
    python: Path | None = None,
    app_tokens: AppTokens | None = None,
    as_links: bool = True,
    installs: bool = False,
) -> dict[str, Path | StandIn]:
    """For `uses`: checkout, setup-python, upload-artifact, download-artifact, create-github-app-token.

    Args:
        root: of the repository that checkout brings.
        python: the interpreter that setup-python brings; None: the one that runs the tests.
        app_tokens: what create-github-app-token gives.
        as_links: checkout links what lies in `root` instead of copying it: quick, but a workflow that writes
            into a folder of the repository writes into `root`.
        installs: `pip install` and `python -m venv` really do so, with the network and their time; else the
            project is taken as installed, because the interpreter has it.
    """
    interpreter = python or Path(sys.executable)
    tokens = app_tokens or AppTokens()
    made: dict[str, Callable[[ActionCall], None]] = {
        "actions/checkout": lambda call: _check_out(call, root, as_links=as_links),
        "actions/setup-python": lambda call: _set_up_python(call, interpreter, installs=installs),
        "actions/upload-artifact": upload,
        "actions/download-artifact": download,
        "actions/create-github-app-token": lambda call: _create_token(call, tokens),
    }
    return {
        name: StandIn(run, KNOWN_ACTIONS[name].inputs, KNOWN_ACTIONS[name].outputs)
        for name, run in made.items()
    }


def _check_out(call: ActionCall, root: Path, *, as_links: bool) -> None:
    wanted = call.inputs["repository"]
    if wanted and wanted != call.github["repository"]:
        raise ActionFailedError(f"{wanted}: this stand-in checks out {call.github['repository']} alone")
    into = call.workspace / call.inputs["path"]
    into.mkdir(parents=True, exist_ok=True)
    for source in sorted(root.iterdir()):
        if source.name in NOT_COPIED or (source.name == ".git" and as_links):
            continue
        _bring(source, into / source.name, as_link=as_links)
    call.outputs.update({"ref": str(call.github["ref"]), "commit": str(call.github["sha"])})


def _bring(source: Path, target: Path, *, as_link: bool) -> None:
    if target.is_symlink() or target.is_file():
        target.unlink()
    if as_link and not target.exists():
        target.symlink_to(source, target_is_directory=source.is_dir())
    elif source.is_dir():
        shutil.copytree(
            source, target, dirs_exist_ok=True, symlinks=True, ignore=shutil.ignore_patterns(*NOT_COPIED)
        )
    else:
        shutil.copy2(source, target)


def _set_up_python(call: ActionCall, interpreter: Path, *, installs: bool) -> None:
    folder = call.temp.parent / "tools" / "Python"
    programs = make_environment(folder, interpreter, installs=installs)
    call.paths.append(str(programs))
    if call.is_true("update-environment"):
        call.variables["pythonLocation"] = str(folder)
    version = (
        platform.python_version() if interpreter == Path(sys.executable) else call.inputs["python-version"]
    )
    python = str(programs / "python")
    call.outputs.update({"python-version": version, "python-path": python, "cache-hit": "false"})


def _create_token(call: ActionCall, tokens: AppTokens) -> None:
    if not call.inputs["client-id"] and not call.inputs["app-id"]:
        raise ActionFailedError("Either 'client-id' or 'app-id' input must be set")
    if tokens.private_key is not None and call.inputs["private-key"] != tokens.private_key:
        raise ActionFailedError("A JSON web token could not be decoded")
    token = tokens.mint(call.inputs)
    call.said.take(f"::add-mask::{token}")
    call.outputs.update({"token": token, "installation-id": "1", "app-slug": "the-app"})
    if not call.is_true("skip-token-revoke"):
        call.after_job.append(lambda: tokens.revoked.append(token))
