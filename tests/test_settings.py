"""What the environment, a `.env` file and the runner say, and what the runner is told."""

from __future__ import annotations

import json
import os
import signal
import threading
from pathlib import Path

import pytest

from progressive_capture.lib.actions_runtime import minutes_cost_money, set_outputs, stop_on_signals
from progressive_capture.lib.errors import ConfigurationError
from progressive_capture.lib.settings import Settings, default_database, load_dotenv, read_settings

TOKEN = "github_pat_of_somebody"


# ---- where GitHub is ---------------------------------------------------------------------------------------


def test_without_a_word_it_is_githubs_own_api_asked_by_a_stranger() -> None:
    settings = read_settings({})
    assert (settings.api_url, settings.graphql_url) == (
        "https://api.github.com",
        "https://api.github.com/graphql",
    )
    assert settings.token is None
    assert settings.repository is None
    assert settings.api_timeout_seconds == 30.0
    assert not settings.in_actions


@pytest.mark.parametrize(
    ("api_url", "graphql_url"),
    [
        ("https://api.github.com", "https://api.github.com/graphql"),
        ("https://github.example.com/api/v3", "https://github.example.com/api/graphql"),
        ("https://github.example.com/api/v3/", "https://github.example.com/api/graphql"),
        ("https://api.octocorp.ghe.com", "https://api.octocorp.ghe.com/graphql"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080/graphql"),
        ("http://[::1]:8080", "http://[::1]:8080/graphql"),
        (" https://api.github.com/ ", "https://api.github.com/graphql"),
    ],
)
def test_graphql_lies_beside_rest(api_url: str, graphql_url: str) -> None:
    settings = read_settings({"GITHUB_API_URL": api_url})
    assert settings.api_url == api_url.strip().rstrip("/")
    assert settings.graphql_url == graphql_url


def test_graphql_lies_elsewhere_if_one_says_so() -> None:
    environment = {"GITHUB_API_URL": "https://a.example", "GITHUB_GRAPHQL_URL": "https://b.example/q/"}
    assert read_settings(environment).graphql_url == "https://b.example/q"


@pytest.mark.parametrize("name", ["GITHUB_API_URL", "GITHUB_GRAPHQL_URL"])
@pytest.mark.parametrize(
    "value",
    [
        *("github.com", "ftp://github.com", "file:///etc/passwd", "https://", "https:///path", "https:"),
        *("api.github.com", "https://host:port", "https://host:0", "https://[::1", "javascript:x"),
        "https://octocat:secret@github.example.com/api/v3",
    ],
)
def test_what_is_no_address_is_refused_by_its_name_and_not_repeated(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=name) as refused:
        read_settings({name: value})
    assert refused.value.exit_code == 2
    assert refused.value.hint
    assert "secret" not in f"{refused.value} {refused.value.hint}"


# ---- Supabase ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["SUPABASE_SECRET_KEY", "SUPABASE_SERVICE_KEY", "SUPABASE_SERVICE_ROLE_KEY"])
def test_a_projects_key_goes_by_three_names(name: str) -> None:
    settings = read_settings({"SUPABASE_URL": "https://ref.supabase.co/", name: " sb_secret_x "})
    assert (settings.supabase_url, settings.supabase_key) == ("https://ref.supabase.co", "sb_secret_x")
    assert "sb_secret_x" not in repr(settings)


def test_of_two_keys_the_present_kind_counts() -> None:
    both = {"SUPABASE_SERVICE_KEY": "older", "SUPABASE_SECRET_KEY": "sb_secret_x"}
    assert read_settings(both).supabase_key == "sb_secret_x"
    assert read_settings({"SUPABASE_SERVICE_KEY": "older", "SUPABASE_SECRET_KEY": ""}).supabase_key == "older"


def test_a_project_that_is_no_address_is_refused_with_what_one_looks_like() -> None:
    with pytest.raises(ConfigurationError, match="SUPABASE_URL is not a web address") as refused:
        read_settings({"SUPABASE_URL": "ref.supabase.co"})
    assert "https://<ref>.supabase.co" in refused.value.hint


def test_the_history_is_in_the_project_of_the_environment_or_in_a_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert default_database() == "sqlite:///data/capture.db"
    monkeypatch.setenv("SUPABASE_URL", "https://ref.supabase.co/")
    assert default_database() == "https://ref.supabase.co"


# ---- numbers and yes or no ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("value", "seconds"), [("1", 0.001), ("1500", 1.5), ("", 30.0), ("60000", 60.0)])
def test_the_time_for_an_answer_is_in_milliseconds(value: str, seconds: float) -> None:
    assert read_settings({"GITHUB_API_TIMEOUT": value}).api_timeout_seconds == seconds


@pytest.mark.parametrize("value", ["0", "-1", "1.5", "30s", "ten", "٣", "1e3", "9" * 9, "9" * 5000, " 1"])
def test_a_time_that_is_none_is_refused(value: str) -> None:
    with pytest.raises(ConfigurationError, match="GITHUB_API_TIMEOUT") as refused:
        read_settings({"GITHUB_API_TIMEOUT": value})
    assert "GITHUB_API_TIMEOUT=30000" in refused.value.hint
    assert len(str(refused.value)) < 120


@pytest.mark.parametrize(("value", "days"), [("90", 90), ("1", 1), ("", None), ("0", None), ("soon", None)])
def test_the_runner_may_tell_how_long_github_keeps_things(value: str, days: int | None) -> None:
    assert read_settings({"GITHUB_RETENTION_DAYS": value}).retention_days == days


@pytest.mark.parametrize(
    ("value", "retries"),
    [
        *((said, True) for said in ("", "true", "TRUE", " yes ", "1", "on", "  ")),
        *((said, False) for said in ("false", "False", "no", "0", "off\n")),
    ],
)
def test_failed_items_are_tried_again_unless_somebody_says_no(value: str, retries: bool) -> None:
    assert read_settings({"RETRY_FAILED_RUNS": value}).retry_failed is retries
    assert read_settings({}).retry_failed


@pytest.mark.parametrize("value", ["2", "never", "y", "-1", "tru", "x" * 5000])
def test_neither_yes_nor_no_is_refused_with_a_next_step(value: str) -> None:
    with pytest.raises(ConfigurationError, match="RETRY_FAILED_RUNS") as refused:
        read_settings({"RETRY_FAILED_RUNS": value})
    assert "RETRY_FAILED_RUNS=true" in refused.value.hint
    assert len(str(refused.value)) < 120


# ---- who asks, and about what ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("environment", "token"),
    [
        ({"GITHUB_TOKEN": TOKEN}, TOKEN),
        ({"GH_TOKEN": TOKEN}, TOKEN),
        ({"GITHUB_TOKEN": TOKEN, "GH_TOKEN": "another"}, TOKEN),
        ({"GITHUB_TOKEN": "", "GH_TOKEN": TOKEN}, TOKEN),
        ({"GITHUB_TOKEN": f" {TOKEN}\n"}, TOKEN),
        ({"GITHUB_TOKEN": " \n"}, None),
        ({}, None),
    ],
)
def test_the_token_is_taken_from_where_people_put_it(environment: dict[str, str], token: str | None) -> None:
    assert read_settings(environment).token == token


def test_the_token_is_not_in_the_words_for_the_settings() -> None:
    settings = read_settings({"GITHUB_TOKEN": TOKEN})
    for words in (repr(settings), str(settings), f"{settings}", f"{[settings]}"):
        assert TOKEN not in words
        assert "token=set" in words
    assert "token=none" in repr(read_settings({}))


@pytest.mark.parametrize(
    ("environment", "repository"),
    [
        ({"GITHUB_REPOSITORY": "octo/example"}, "octo/example"),
        ({"GITHUB_OWNER": "octo", "GITHUB_REPO": "example"}, "octo/example"),
        ({"GITHUB_REPOSITORY": "a/b", "GITHUB_OWNER": "octo", "GITHUB_REPO": "example"}, "a/b"),
        ({"GITHUB_OWNER": "octo"}, None),
        ({"GITHUB_REPO": "example"}, None),
        ({"GITHUB_OWNER": "", "GITHUB_REPO": "example"}, None),
    ],
)
def test_the_repository_has_one_variable_or_two(environment: dict[str, str], repository: str | None) -> None:
    assert read_settings(environment).repository == repository


# ---- .env --------------------------------------------------------------------------------------------------


@pytest.fixture
def dotenv(tmp_path: Path) -> str:
    path = tmp_path / ".env"
    path.write_text(
        "# ours\n"
        "GITHUB_TOKEN='of the file'\n"
        'export DATABASE_URL="sqlite:///file.db"\n'
        "CAPTURE_DEPTH=jobs # a comment\n"
        "EMPTY=\n"
        "ONLY_A_NAME\n",
        encoding="utf-8",
    )
    return str(path)


def test_a_file_adds_to_the_environment(dotenv: str) -> None:
    environment: dict[str, str] = {}
    load_dotenv(environment, dotenv)
    assert environment == {
        "GITHUB_TOKEN": "of the file",
        "DATABASE_URL": "sqlite:///file.db",
        "CAPTURE_DEPTH": "jobs",
        "EMPTY": "",
    }


def test_a_file_never_overrides_what_is_set(dotenv: str) -> None:
    environment = {"GITHUB_TOKEN": "set before", "CAPTURE_DEPTH": ""}
    load_dotenv(environment, dotenv)
    assert (environment["GITHUB_TOKEN"], environment["CAPTURE_DEPTH"]) == ("set before", "")


def test_inside_actions_a_file_is_not_read(dotenv: str) -> None:
    environment = {"GITHUB_ACTIONS": "true"}
    load_dotenv(environment, dotenv)
    assert environment == {"GITHUB_ACTIONS": "true"}


@pytest.mark.parametrize("is_there", [False, True])
def test_no_file_and_a_folder_of_that_name_add_nothing(tmp_path: Path, is_there: bool) -> None:
    path = tmp_path / ".env"
    if is_there:
        path.mkdir()
    environment: dict[str, str] = {}
    load_dotenv(environment, str(path))
    assert environment == {}


# ---- the runner --------------------------------------------------------------------------------------------


def in_actions(event: Path | None) -> Settings:
    environment = {"GITHUB_ACTIONS": "true"}
    if event is not None:
        environment["GITHUB_EVENT_PATH"] = str(event)
    return read_settings(environment)


@pytest.mark.parametrize(
    ("event", "costs"),
    [
        ('{"repository": {"private": false}}', False),
        ('{"repository": {"private": true}}', True),
        ('{"repository": {"private": null}}', True),
        ('{"repository": {"private": 0}}', True),
        ('{"repository": {}}', True),
        ('{"repository": null}', True),
        ('{"repository": "octo/example"}', True),
        ("{}", True),
        ("[]", True),
        ('{"repository": {"priv', True),
        ("", True),
        ("\xff", True),
    ],
)
def test_minutes_are_free_only_where_the_event_says_that_the_repository_is_public(
    tmp_path: Path, event: str, costs: bool
) -> None:
    path = tmp_path / "event.json"
    path.write_bytes(event.encode("latin-1"))
    assert minutes_cost_money(in_actions(path)) is costs


def test_minutes_cost_where_nothing_says_that_they_do_not(tmp_path: Path) -> None:
    assert minutes_cost_money(in_actions(None))
    assert minutes_cost_money(in_actions(tmp_path / "not there.json"))


def test_outside_actions_waiting_is_free() -> None:
    assert not minutes_cost_money(read_settings({}))
    assert not minutes_cost_money(read_settings({"GITHUB_ACTIONS": "false"}))


def test_the_event_of_a_real_runner_is_understood(tmp_path: Path) -> None:
    path = tmp_path / "event.json"
    event = {"inputs": None, "ref": "refs/heads/main", "repository": {"full_name": "o/n", "private": False}}
    path.write_text(json.dumps(event), encoding="utf-8")
    assert not minutes_cost_money(in_actions(path))


def as_the_runner_reads(text: str) -> dict[str, str]:
    """`name<<delimiter`, lines, `delimiter`: as the runner takes a file of outputs apart."""
    outputs: dict[str, str] = {}
    lines = iter(text.split("\n"))
    for line in lines:
        if not line:
            continue
        name, heredoc, delimiter = line.partition("<<")
        assert heredoc, f"not an output: {line!r}"
        value: list[str] = []
        for inner in lines:
            if inner == delimiter:
                break
            value.append(inner)
        else:
            pytest.fail(f"{name} has no end")
        outputs[name] = "\n".join(value)
    return outputs


HOSTILE = [
    "succeeded",
    "",
    "two\nlines",
    "\n\n",
    "EOF",
    "x\nEOF\nowned<<EOF\nyes\nEOF",
    "::set-output name=outcome::owned",
    "end-\nend",
    "a<<b",
]


@pytest.mark.parametrize("value", HOSTILE)
def test_no_value_of_an_output_can_end_it_early(tmp_path: Path, value: str) -> None:
    path = tmp_path / "outputs"
    path.write_text("before<<X\nkept\nX\n", encoding="utf-8")
    settings = read_settings({"GITHUB_OUTPUT": str(path)})
    set_outputs(settings, {"outcome": value, "after": "here"})
    text = path.read_text(encoding="utf-8")
    assert as_the_runner_reads(text) == {"before": "kept", "outcome": value, "after": "here"}


def test_who_knows_one_delimiter_does_not_know_the_next(tmp_path: Path) -> None:
    path = tmp_path / "outputs"
    settings = read_settings({"GITHUB_OUTPUT": str(path)})
    set_outputs(settings, {"one": 1})
    first = path.read_text(encoding="utf-8").splitlines()[-1]
    set_outputs(settings, {"two": f"x\n{first}\nowned<<{first}\nyes\n{first}"})
    assert as_the_runner_reads(path.read_text(encoding="utf-8")).keys() == {"one", "two"}
    assert len(first) >= 32


def test_outside_actions_no_output_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    set_outputs(read_settings({}), {"outcome": "succeeded"})
    assert list(tmp_path.iterdir()) == []


# ---- signals -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_asks_to_stop_and_afterwards_all_is_as_before(number: signal.Signals) -> None:
    stop, before = threading.Event(), signal.getsignal(number)
    with stop_on_signals(stop):
        assert not stop.is_set()
        os.kill(os.getpid(), number)
        assert stop.wait(5)
        assert signal.getsignal(number) is before  # so that a second one ends it at once
    assert signal.getsignal(number) is before


def test_a_second_interrupt_is_not_held_back() -> None:
    stop = threading.Event()
    with stop_on_signals(stop):
        os.kill(os.getpid(), signal.SIGINT)
        assert stop.is_set()
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_dotenv_file_that_is_no_text_is_refused_with_a_next_step(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_bytes(b"GITHUB_TOKEN=\xff\xfe")
    with pytest.raises(ConfigurationError, match="cannot be read") as caught:
        load_dotenv({}, str(path))
    assert "UTF-8" in caught.value.hint
