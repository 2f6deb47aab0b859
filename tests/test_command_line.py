"""The command line teaches, starts quickly, and means what it says."""

from __future__ import annotations

import importlib
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner
from forked_simulator import Simulator

from progressive_capture import __version__
from progressive_capture.__main__ import COMMANDS, group

ROOT = Path(__file__).parents[1]
HEAVY = ("requests", "gql", "graphql", "sqlalchemy", "alembic", "rich", "github_simulator", "dotenv")
"""What takes long to load, and no help needs."""


def command_of(name: str) -> click.Command:
    command = group.get_command(click.Context(group), name)
    assert command is not None
    return command


def options_in(name: str) -> list[click.Option]:
    return [each for each in command_of(name).params if isinstance(each, click.Option)]


def run_python(*arguments: object, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Another interpreter, as a person would start it."""
    return subprocess.run(
        [sys.executable, *(str(each) for each in arguments)],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


# ---- help --------------------------------------------------------------------------------------------------


def test_the_groups_help_shows_the_first_steps_line_by_line() -> None:
    lines = CliRunner().invoke(group, ["--help"]).output.splitlines()
    assert "  First steps:" in lines
    steps = [line.split() for line in lines if line.startswith("    progressive-capture ")]
    assert [step[1] for step in steps] == ["demo", "sync"]
    assert "\\b" not in "".join(lines)
    assert "\b" not in "".join(lines)


def test_the_groups_help_names_every_command_with_a_sentence() -> None:
    output = " ".join(CliRunner().invoke(group, ["--help"], terminal_width=200).output.split())
    for name, (_, sentence) in COMMANDS.items():
        assert f"{name} {sentence}" in output
        assert sentence.endswith(".")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_says_in_a_sentence_what_it_does(name: str) -> None:
    first = (command_of(name).help or "").strip().partition("\n")[0]
    assert first[:1].isupper()
    assert first.endswith(".")


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_every_command_helps(name: str, flag: str) -> None:
    result = CliRunner().invoke(group, [name, flag])
    assert result.exit_code == 0
    assert (
        result.output.startswith(f"Usage: progressive-capture {name} [OPTIONS]") or "Usage:" in result.output
    )


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_explains_itself_and_shows_its_variable(name: str) -> None:
    help_text = " ".join(CliRunner().invoke(group, [name, "--help"], terminal_width=300).output.split())
    assert options_in(name)
    for option in options_in(name):
        assert option.help
        assert option.help.endswith((".", ".)"))
        assert option.help in help_text
        assert f"[env var: {', '.join(variables_of(option))}" in help_text


def test_an_unknown_command_and_an_unknown_option_are_usage_errors() -> None:
    for arguments in (["snyc"], ["sync", "--dept", "jobs"], ["sync", "--depth", "all"]):
        result = CliRunner().invoke(group, arguments)
        assert result.exit_code == 2
        assert "Usage:" in result.output


def test_the_version_is_that_of_the_package() -> None:
    assert (
        CliRunner().invoke(group, ["--version"]).output.strip()
        == f"progressive-capture, version {__version__}"
    )


# ---- variables ---------------------------------------------------------------------------------------------


def variables_of(option: click.Option) -> list[str]:
    return [option.envvar] if isinstance(option.envvar, str) else list(option.envvar or [])


WISHES = {
    "URL": "sqlite:///elsewhere.db",
    "OWNER/NAME": "octo/elsewhere",
    "DATE": "2026-01-31",
    "5h30m": "1h30m",
    "artifacts,pull-requests": "artifacts",
}


def a_wish(option: click.Option) -> str:
    """Something to ask of an option, other than its default."""
    if option.is_flag:
        return "1"
    if isinstance(option.type, click.Choice):
        return next(str(choice) for choice in option.type.choices if choice != option.default)
    if isinstance(option.type, (type(click.INT), type(click.FLOAT))):
        return str(17 if option.default != 17 else 18)
    return WISHES.get(option.metavar or "", "elsewhere")


def understood(name: str, *arguments: str) -> dict[str, Any]:
    """What a command makes of options and environment; arguments that it cannot do without are added."""
    command = command_of(name)
    needed = [
        str(each.type.choices[0]) if isinstance(each.type, click.Choice) else "octo/example"
        for each in command.params
        if isinstance(each, click.Argument) and each.required
    ]
    for option in options_in(name):
        said = option.opts[0] in arguments or any(os.environ.get(each) for each in variables_of(option))
        if option.required and not said:
            needed += [option.opts[0], "30"]
    return command.make_context(name, [*arguments, *needed]).params


@pytest.mark.parametrize("name", COMMANDS)
def test_a_variable_says_the_same_as_its_option(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for option in options_in(name):
        flag, wish, parameter = option.opts[0], a_wish(option), str(option.name)
        by_option = understood(name, flag, *([] if option.is_flag else [wish]))[parameter]
        assert by_option != understood(name)[parameter]
        assert variables_of(option), flag
        for variable in variables_of(option):
            with monkeypatch.context() as patch:
                patch.setenv(variable, wish)
                assert understood(name)[parameter] == by_option, variable


OPERATORS_NAMES = {
    "DATABASE_URL": {"--database"},
    "SUPABASE_URL": {"--database"},
    "INITIAL_SYNC_DAYS": {"--time-range"},
    "POLL_INTERVAL_MINUTES": {"--poll-interval"},
    "FILE_STORAGE": {"--file-storage"},
    "FILE_STORAGE_PATH": {"--file-storage"},
    "MAX_FILE_SIZE_MB": {"--max-file-size"},
    "MAX_ARTIFACT_SIZE_MB": {"--max-artifact-size"},
    "MAX_CONCURRENT_DOWNLOADS": {"--concurrency", "--downloads"},
    "CLEANUP_OLD_FILES_DAYS": {"--older-than"},
}
"""Names under which operators of such systems know these settings; all others follow from the option's."""


@pytest.mark.parametrize("name", COMMANDS)
def test_a_variable_is_named_for_its_option(name: str) -> None:
    for option in options_in(name):
        flag = option.opts[0]
        ours = re.sub(r"\W+", "_", flag.strip("-")).upper()
        of_this_command = re.sub(r"\W+", "_", name).upper()
        for variable in variables_of(option):
            names = {f"CAPTURE_{ours}", f"CAPTURE_{of_this_command}_{ours}"}
            assert variable in names or flag in OPERATORS_NAMES.get(variable, ())


@pytest.mark.parametrize("name", COMMANDS)
def test_an_empty_variable_says_nothing(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    by_default = understood(name)
    for option in options_in(name):
        for variable in variables_of(option):  # a workflow passes inputs that nobody filled in as empty text
            monkeypatch.setenv(variable, "")
    assert understood(name) == by_default


@pytest.mark.parametrize("name", COMMANDS)
def test_a_variable_never_means_two_things(name: str) -> None:
    variables = [variable for option in options_in(name) for variable in variables_of(option)]
    assert len(variables) == len(set(variables))


def test_the_command_line_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAPTURE_DEPTH", "full")
    assert understood("sync", "--depth", "jobs")["depth"] == "jobs"


def test_sync_takes_repositories_from_the_environment_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAPTURE_REPOSITORY", "octo/one octo/two")
    assert understood("sync")["repositories"] == ("octo/one", "octo/two")
    assert understood("sync", "octo/three")["repositories"] == ("octo/three",)


def test_a_demo_never_writes_into_the_database_of_what_is_real(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "sqlite:///real.db")
    assert understood("demo")["database"] == "sqlite:///data/demo.db"


@pytest.mark.parametrize(
    "environment",
    [
        {"GITHUB_REPOSITORY": "octo/example"},
        {"GITHUB_OWNER": "octo", "GITHUB_REPO": "example"},
        {"GITHUB_REPOSITORY": "octo/runs-us", "CAPTURE_REPOSITORY": "octo/example"},
    ],
    ids="+".join,
)
@pytest.mark.parametrize("name", ["sync", "historical-sync"])
def test_without_an_argument_the_environment_names_the_repository(
    name: str, environment: dict[str, str], simulator: Simulator, tmp_path: Path
) -> None:
    database = f"sqlite:///{tmp_path}/capture.db"
    access = {"GITHUB_API_URL": simulator.url, "GITHUB_TOKEN": simulator.token, "DATABASE_URL": database}
    result = CliRunner().invoke(group, [name, "--depth", "jobs"], env=access | environment)
    assert result.exit_code == 0, result.output
    assert "octo/example: workflow_runs succeeded" in result.stderr


def test_where_nothing_names_a_repository_the_message_says_what_to_do() -> None:
    result = CliRunner().invoke(group, ["sync"])
    assert result.exit_code == 2
    assert "No repository is named." in result.stderr
    assert "OWNER/NAME" in result.stderr


@pytest.fixture(scope="module")
def simulator() -> Any:
    with Simulator("--runs", "3", "--unfinished", "0") as running:
        yield running


# ---- starting ----------------------------------------------------------------------------------------------

WHAT_IS_LOADED = f"""
import sys
try:
    from progressive_capture.__main__ import main
    main()
finally:
    print("loaded:", *sorted({HEAVY} & sys.modules.keys()))
""".replace(str(HEAVY), repr(set(HEAVY)))


@pytest.mark.parametrize("arguments", [[], *([name] for name in COMMANDS)], ids=str)
def test_help_loads_nothing_that_takes_long(arguments: list[str], tmp_path: Path) -> None:
    ran = run_python("-c", WHAT_IS_LOADED, *arguments, "--help", cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.startswith("Usage:")
    assert ran.stdout.splitlines()[-1] == "loaded:"


def test_what_takes_long_is_seen_where_it_is_loaded(tmp_path: Path) -> None:
    """That the test above can fail."""
    program = "import requests\n" + WHAT_IS_LOADED
    assert run_python("-c", program, "--help", cwd=tmp_path).stdout.splitlines()[-1] == "loaded: requests"


@pytest.mark.parametrize("module", ["historical_sync", "job_details", "artifact_bulk"])
@pytest.mark.parametrize("by_path", [False, True], ids=["as a module", "by its path"])
def test_a_capture_runs_by_itself(module: str, by_path: bool, tmp_path: Path) -> None:
    script = ROOT / "scripts" / "progressive_capture" / f"{module}.py"
    place = [script] if by_path else ["-m", f"progressive_capture.{module}"]
    ran = run_python(*place, "--help", cwd=tmp_path)
    assert (ran.returncode, ran.stderr) == (0, "")
    command = importlib.import_module(f"progressive_capture.{module}").command
    assert (command.help or "").partition("\n")[0] in ran.stdout


@pytest.mark.parametrize("module", ["progressive_capture sync", "progressive_capture.job_details"])
def test_a_file_of_variables_in_this_folder_is_read(module: str, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("GITHUB_REPOSITORY=no_repository\n", encoding="utf-8")
    ran = run_python("-m", *module.split(), cwd=tmp_path)
    assert ran.returncode == 2
    assert "'no_repository' does not name a repository" in ran.stderr


def test_the_database_of_a_file_of_variables_is_used(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("DATABASE_URL=sqlite:///of-the-file.db\n", encoding="utf-8")
    ran = run_python("-m", "progressive_capture", "status", cwd=tmp_path)
    assert ran.returncode == 6
    assert "There is no database of-the-file.db" in ran.stderr
