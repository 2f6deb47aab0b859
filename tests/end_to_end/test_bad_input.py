"""What a person gets wrong is said in words, with a next step and its exit code; nothing is half-made."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from asking import SMALL, Ask, is_refused
from child import count_rows
from forked_simulator import Simulator


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    return Ask(tmp_path / "capture.db")


@pytest.fixture(scope="module")
def small() -> Iterator[Simulator]:
    with Simulator(*SMALL) as simulator:
        yield simulator


# ---- which repository, which token -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "command", [["sync"], ["historical-sync", "--repository"], ["job-details", "--repository"]]
)
def test_a_repository_that_is_not_there_is_said_to_be_missing_or_hidden(
    ask: Ask, small: Simulator, tmp_path: Path, command: list[str]
) -> None:
    ran = ask(*command, "octo/no-such-thing", simulator=small)
    is_refused(ran, 3, "octo/no-such-thing", "does not exist, or this token may not see it")
    assert count_rows(tmp_path / "capture.db", "repositories", "progressive_capture_jobs") == 0


def test_a_token_without_permission_is_told_which_one_it_needs(
    ask: Ask, small: Simulator, tmp_path: Path
) -> None:
    ran = ask("sync", small.repository, simulator=small, token="sim-noperm-but-otherwise-good")
    is_refused(ran, 3, "does not let this token", "actions: read")
    assert count_rows(tmp_path / "capture.db", "workflow_runs", "workflow_jobs", "capture_windows") == 0


@pytest.mark.parametrize("token", ["sim-expired-long-ago-12345", "ghp_0123456789abcdefghijklmnopqrstuvwxyz"])
def test_a_token_that_is_not_valid_is_said_to_be_so(ask: Ask, small: Simulator, token: str) -> None:
    ran = ask("sync", small.repository, simulator=small, token=token)
    is_refused(ran, 3, "does not accept the token", "GITHUB_TOKEN")


def test_a_token_with_a_space_in_it_is_refused_before_it_is_sent(ask: Ask, small: Simulator) -> None:
    small.reset_ledger()
    ran = ask("sync", small.repository, simulator=small, token="sim-first-half-of-it second-half")
    is_refused(ran, 2, "holds a character that no token has")
    assert small.ledger(lines=True)["lines"] == []


def test_without_a_token_a_private_repository_cannot_be_seen(
    ask: Ask, simulate: Callable[..., Simulator]
) -> None:
    simulator = simulate(*SMALL, "--private")
    ran = ask("sync", simulator.repository, simulator=simulator, token="")
    is_refused(
        ran, 3, "does not exist, or this token may not see it", "for a private repository set GITHUB_TOKEN"
    )
    assert "No GITHUB_TOKEN is set" in ran.stderr


@pytest.mark.parametrize(
    "name",
    [
        "..",
        "octo",
        "octo/",
        "/example",
        "../..",
        "octo/..",
        "octo/.",
        "octo/ex ample",
        "octo/example/actions",
        "octo/example?x=1",
        "octo/exa%2fmple",
        "öcto/example",
        "octo\n/example",
        "o" * 40 + "/example",
        "-",
        "",
        "https://example.com/octo/example",
        "octo/\x1b[31mexample",
        "octo/" + "x" * 101,
    ],
)
def test_what_names_no_repository_is_refused_before_anything_is_asked(
    ask: Ask, small: Simulator, tmp_path: Path, name: str
) -> None:
    small.reset_ledger()
    ran = ask("sync", name, simulator=small)
    is_refused(ran, 2, "does not name a repository", "OWNER/NAME")
    assert "\x1b" not in ran.stderr
    assert small.ledger(lines=True)["lines"] == []
    assert not (tmp_path / "capture.db").exists()


@pytest.mark.parametrize(
    "address",
    [
        "octo/example",
        " octo/example ",
        "octo/example/",
        "https://github.com/octo/example",
        "https://github.com/octo/example/",
        "https://github.com/octo/example.git",
        "https://github.com/octo/example.git/",
    ],
)
def test_the_address_of_a_repository_names_it_too(ask: Ask, small: Simulator, address: str) -> None:
    ran = ask("sync", address, "--max-items", 1, "--depth", "jobs", "--json", simulator=small)
    assert (ran.exit_code, ran.data[0]["repository"]) == (0, "octo/example")


def test_no_repository_at_all_is_a_question_back(ask: Ask, small: Simulator) -> None:
    is_refused(ask("sync", simulator=small), 2, "No repository is named", "GITHUB_REPOSITORY")


# ---- options ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--since", "2026-02-30"], "is no date"),
        (["--since", "yesterday"], "is no date"),
        (["--until", "2026-13-01"], "is no date"),
        (["--until", "24:00"], "is no date"),
        (["--since", "9999-12-31T23:59:59-12:00"], "is no date"),
        (["--until", "0001-01-01T00:00:00+12:00"], "is no date"),
        (["--since", "2026-05-02", "--until", "2026-05-01"], "begins"),
        (["--since", "2026-05-01T00:00:01Z", "--until", "2026-05-01T00:00:00Z"], "begins"),
        (["--time-range", "7", "--since", "2026-05-01"], "both say where to begin"),
        (["--time-range", "7", "--until", "2001-01-01"], "begins"),
        (["--time-range", "-1"], "-1"),
        (["--time-range", "0"], "0"),
        (["--time-range", "99999999999"], "99999999999"),
        (["--max-items", "-5"], "-5"),
        (["--max-items", "0"], "0"),
        (["--max-items", "many"], "many"),
        (["--concurrency", "0"], "0"),
        (["--concurrency", "1000"], "1000"),
        (["--leave-budget", "-1"], "-1"),
        (["--leave-budget", "100"], "100"),
        (["--time-budget", "soon"], "is no length of time"),
        (["--time-budget", "-5m"], "is no length of time"),
        (["--time-budget", "0s"], "is no length of time"),
        (["--depth", "bottomless"], "bottomless"),
        (["--no-such-option"], "--no-such-option"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_an_option_that_cannot_be_is_refused_before_anything_is_asked(
    ask: Ask, small: Simulator, tmp_path: Path, options: list[str], says: str
) -> None:
    small.reset_ledger()
    is_refused(ask("sync", small.repository, *options, simulator=small), 2, says)
    assert small.ledger(lines=True)["lines"] == []
    assert not (tmp_path / "capture.db").exists()


@pytest.mark.parametrize(
    "options", [["--since", "0001-01-01"], ["--until", "9999-12-31"], ["--since", "2999-01-01"]]
)
def test_a_date_far_from_now_is_a_date(ask: Ask, small: Simulator, options: list[str]) -> None:
    assert ask("historical-sync", "--repository", small.repository, *options, simulator=small).exit_code == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GITHUB_API_URL", "ftp://example.com"),
        ("GITHUB_API_URL", "example.com"),
        ("GITHUB_GRAPHQL_URL", "graphql"),
        ("GITHUB_API_URL", "http://"),
        ("GITHUB_API_TIMEOUT", "soon"),
        ("GITHUB_API_TIMEOUT", "-1"),
        ("CAPTURE_TIME_RANGE", "-1"),
        ("CAPTURE_DEPTH", "deep"),
    ],
)
def test_a_variable_that_cannot_be_is_refused(ask: Ask, small: Simulator, name: str, value: str) -> None:
    is_refused(ask("sync", small.repository, simulator=small, env={name: value}), 2, name)


def test_a_job_that_is_not_there_is_said_to_be_so(ask: Ask, small: Simulator) -> None:
    ran = ask("job-details", "--repository", small.repository, "--job-id", "no-such-job", simulator=small)
    is_refused(ran, 2, "no capture job 'no-such-job'", "progressive-capture status")
    is_refused(ask("status", "--job-id", "no-such-job"), 2, "no capture job 'no-such-job'")
