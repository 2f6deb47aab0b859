"""Where files go and how large they may be: what the options and their variables make of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click
import pytest
from click.testing import CliRunner

from progressive_capture.__main__ import group
from progressive_capture.lib.capture_values import FileRules
from progressive_capture.lib.command_line import with_options
from progressive_capture.lib.file_options import CONCURRENCY, DOWNLOADS, FILE_OPTIONS, with_file_rules

MEGABYTE = 1_048_576
DOWNLOADING = {"artifact-bulk": "--concurrency", "sync": "--downloads", "retry": "--downloads"}
"""The commands that download, with their word for how many at once."""


def chosen(*arguments: str, **environment: str) -> dict[str, Any]:
    """What a command with these options is given."""
    given: dict[str, Any] = {}

    @click.command()
    @with_options([*FILE_OPTIONS, DOWNLOADS])
    def command(**options: Any) -> None:
        given.update(with_file_rules(options))

    result = CliRunner().invoke(command, arguments, env=environment)
    assert result.exit_code == 0, result.output
    return given


def rules(*arguments: str, **environment: str) -> FileRules:
    found = chosen(*arguments, **environment)["file_rules"]
    assert isinstance(found, FileRules)
    return found


def test_by_default_files_of_100_mb_artifacts_of_2_gb_and_three_at_once() -> None:
    assert chosen() == {
        "file_storage": None,
        "file_rules": FileRules(
            max_file_bytes=100 * MEGABYTE, max_artifact_bytes=2048 * MEGABYTE, downloads_at_once=3
        ),
    }


def test_who_builds_the_rules_without_a_command_line_gets_the_same() -> None:
    assert chosen()["file_rules"] == FileRules()


def test_other_options_pass_through_untouched() -> None:
    given = {"max_file_size": 1, "max_artifact_size": 2, "downloads": 4, "depth": "jobs", "file_storage": "x"}
    assert with_file_rules(given) == {
        "depth": "jobs",
        "file_storage": "x",
        "file_rules": FileRules(
            max_file_bytes=MEGABYTE, max_artifact_bytes=2 * MEGABYTE, downloads_at_once=4
        ),
    }


@pytest.mark.parametrize(
    ("variable", "value", "field", "means"),
    [
        ("MAX_FILE_SIZE_MB", "7", "max_file_bytes", 7 * MEGABYTE),
        ("MAX_ARTIFACT_SIZE_MB", "7", "max_artifact_bytes", 7 * MEGABYTE),
        ("MAX_CONCURRENT_DOWNLOADS", "7", "downloads_at_once", 7),
    ],
)
def test_a_variable_sets_its_rule_and_no_other(variable: str, value: str, field: str, means: int) -> None:
    found = rules(**{variable: value})
    differing = {name for name in vars(FileRules()) if getattr(found, name) != getattr(FileRules(), name)}
    assert differing == {field}
    assert getattr(found, field) == means


@pytest.mark.parametrize("variable", ["FILE_STORAGE", "FILE_STORAGE_PATH"])
def test_either_variable_names_the_folder(variable: str) -> None:
    assert chosen(**{variable: "/srv/files"})["file_storage"] == "/srv/files"


def test_the_command_line_wins_over_the_environment() -> None:
    assert rules("--max-file-size", "5", MAX_FILE_SIZE_MB="7").max_file_bytes == 5 * MEGABYTE
    assert chosen("--file-storage", "here", FILE_STORAGE_PATH="there")["file_storage"] == "here"


@pytest.mark.parametrize(
    "arguments",
    [
        *(("--max-file-size", size) for size in ("0", "-1", "1.5", "1000001", "100MB")),
        *(("--max-artifact-size", size) for size in ("0", "much")),
        *(("--downloads", many) for many in ("0", "33", "all")),
    ],
    ids=" ".join,
)
def test_what_is_no_limit_is_refused_by_its_name(arguments: Sequence[str]) -> None:
    result = CliRunner().invoke(group, ["retry", *arguments])
    assert result.exit_code == 2
    assert arguments[0] in result.output


@pytest.mark.parametrize(("name", "at_once"), DOWNLOADING.items())
def test_every_command_that_downloads_offers_them(name: str, at_once: str) -> None:
    output = " ".join(CliRunner().invoke(group, [name, "--help"], terminal_width=300).output.split())
    assert "--max-file-size MB Files over this size are left out, and said to be." in output
    assert "[env var: MAX_FILE_SIZE_MB; default: 100;" in output
    assert "--max-artifact-size MB Artifacts over this size are not downloaded." in output
    assert "[env var: MAX_ARTIFACT_SIZE_MB; default: 2048;" in output
    assert f"{at_once} N Artifacts downloaded at once. [env var: MAX_CONCURRENT_DOWNLOADS;" in output
    assert (
        "[env var: FILE_STORAGE, FILE_STORAGE_PATH; default: (./data/files; inside Actions none)]" in output
    )


def test_the_two_words_for_how_many_at_once_mean_the_same() -> None:
    @click.command()
    @with_options([*FILE_OPTIONS, CONCURRENCY])
    def command(**options: Any) -> None:
        click.echo(with_file_rules(options)["file_rules"].downloads_at_once)

    runner = CliRunner()
    assert runner.invoke(command, ["--concurrency", "9"]).output == "9\n"
    assert runner.invoke(command, env={"MAX_CONCURRENT_DOWNLOADS": "9"}).output == "9\n"
    assert rules("--downloads", "9").downloads_at_once == 9


def test_how_old_files_must_be_to_go_has_no_default_and_a_variable() -> None:
    """Clean-up runs only where somebody says so."""
    without = CliRunner().invoke(group, ["clean-up"])
    assert without.exit_code == 2
    assert "Missing option '--older-than'" in without.output
    output = " ".join(CliRunner().invoke(group, ["clean-up", "--help"], terminal_width=300).output.split())
    assert "[env var: CLEANUP_OLD_FILES_DAYS;" in output
    assert "required]" in output
    assert "[env var: FILE_STORAGE, FILE_STORAGE_PATH;" in output
