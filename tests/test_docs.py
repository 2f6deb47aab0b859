"""What the documents say is so: their links, commands, options, exit codes and drawings."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from github_simulator.__main__ import main as simulator_command
from progressive_capture.__main__ import COMMANDS, group
from progressive_capture.lib import errors
from progressive_capture.lib.capture_job import LEGAL, JobStatus
from queue_manager.__main__ import COMMANDS as QUEUE_COMMANDS
from queue_manager.__main__ import group as queue_group

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted(
    [
        *ROOT.glob("*.md"),
        *(
            path
            for folder in ("docs", "github_simulator", "benchmarks")
            for path in (ROOT / folder).glob("*.md")
        ),
    ]
)
every_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`([^`\n]+)`")
OURS = re.compile(
    r"(?:progressive-capture|python -m progressive_capture)(?:\.(\w+))?(?: +([a-z][\w-]*))?(.*)"
)
THE_QUEUES = re.compile(r"^(?:python -m queue_manager|queue-manager)(?: +([a-z]+))(.*)")
SIMULATORS = re.compile(r"python -m github_simulator(.*)")
OPTION = re.compile(r"(?<![\w-])(--[a-z][a-z-]*)")


def read(document: Path) -> str:
    return document.read_text(encoding="utf-8")


# ---- links -------------------------------------------------------------------------------------------------


def links(document: Path) -> list[str]:
    return LINK.findall(FENCE.sub("", read(document)))


@every_document
def test_every_link_leads_to_a_file_and_every_anchor_to_a_heading(document: Path) -> None:
    for link in links(document):
        if re.match(r"[a-z]+:", link):
            continue
        address, _, anchor = link.partition("#")
        target = (document.parent / address).resolve() if address else document
        assert target.exists(), link
        assert target.is_relative_to(ROOT), link
        if anchor:
            assert anchor in anchors(target), link


def anchors(document: Path) -> set[str]:
    """As GitHub names headings."""
    headings = re.findall(r"^#+ +(.*)$", FENCE.sub("", read(document)), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_document_can_be_found_from_the_readme() -> None:
    found, to_read = set(), [ROOT / "README.md"]
    while to_read:
        document = to_read.pop()
        if document in found or document.suffix != ".md":
            continue
        found.add(document)
        to_read += [(document.parent / link.partition("#")[0]).resolve() for link in links(document)]
    assert set(DOCUMENTS) <= found


# ---- commands and options ----------------------------------------------------------------------------------


def pieces_of_code(document: Path) -> Iterator[str]:
    """Everything that is set as code: the lines of blocks, and what stands between backquotes."""
    text = read(document)
    for _, block in FENCE.findall(text):
        yield from block.splitlines()
    text = FENCE.sub("", text)
    yield from re.findall(r"^ {4}(\S.*)$", text, re.MULTILINE)
    yield from SPAN.findall(text)


def command_of(name: str) -> click.Command:
    command = group.get_command(click.Context(group), name)
    assert command is not None
    return command


def queue_command_of(name: str) -> click.Command:
    command = queue_group.get_command(click.Context(queue_group), name)
    assert command is not None
    return command


def options_of(*commands: click.Command) -> set[str]:
    return {flag for command in commands for option in command.params for flag in option.opts} | {"--help"}


@every_document
def test_every_module_that_is_run_by_itself_is_there_and_can_be(document: Path) -> None:
    for code in pieces_of_code(document):
        for module in re.findall(r"python -m (progressive_capture\.lib[\w.]*)", code):
            found = importlib.util.find_spec(module)
            assert found is not None, code
            assert found.origin is not None, code
            assert '__name__ == "__main__"' in read(Path(found.origin)), code


@every_document
def test_every_command_line_of_ours_exists_with_its_options(document: Path) -> None:
    for code in pieces_of_code(document):
        for module, name, rest in OURS.findall(code):
            if module == "lib":
                continue  # no command: the test below tries what is run there
            command = module.replace("_", "-") or name
            if not command:
                assert set(OPTION.findall(rest)) <= options_of(group), code
                continue
            assert command in COMMANDS, code
            assert set(OPTION.findall(rest)) <= options_of(command_of(command)), code


@every_document
def test_every_command_line_of_the_queues_exists_with_its_options(document: Path) -> None:
    for code in pieces_of_code(document):
        for name, rest in THE_QUEUES.findall(code):
            assert name in QUEUE_COMMANDS, code
            assert set(OPTION.findall(rest)) <= options_of(queue_command_of(name)), code


@every_document
def test_every_option_that_is_named_alone_exists(document: Path) -> None:
    known = options_of(*map(command_of, COMMANDS))
    if document.name == "queue.md":
        known = options_of(*map(queue_command_of, QUEUE_COMMANDS))
    if document.parent.name == "github_simulator":
        known = options_of(simulator_command)
    if document.parent.name == "benchmarks":
        known |= set(OPTION.findall("".join(map(read, document.parent.glob("*.py")))))
    if document.name == "CONTRIBUTING.md":  # it tells how the tests are recorded, too
        known |= set(OPTION.findall(read(ROOT / "tests" / "contract" / "conftest.py")))
    for code in pieces_of_code(document):
        if code.startswith("--"):
            assert set(OPTION.findall(code)) <= known, code


@every_document
def test_every_command_line_of_the_simulators_has_options_that_exist(document: Path) -> None:
    for code in pieces_of_code(document):
        for rest in SIMULATORS.findall(code):
            assert set(OPTION.findall(rest)) <= options_of(simulator_command), code


@every_document
def test_every_path_that_is_named_exists(document: Path) -> None:
    for code in pieces_of_code(document):
        if re.fullmatch(r"(?:lib|docs|tests|github_simulator|scripts|commands)/[\w./-]*", code):
            places = (ROOT, ROOT / "scripts" / "progressive_capture")
            assert any((place / code).exists() for place in places), code


def test_commands_are_seen_in_the_documents() -> None:
    """That the tests above look at something."""
    seen = {
        name or module
        for path in DOCUMENTS
        for code in pieces_of_code(path)
        for module, name, _ in OURS.findall(code)
    }
    assert {"sync", "status", "job_details"} <= seen
    options = {
        option for path in DOCUMENTS for code in pieces_of_code(path) for option in OPTION.findall(code)
    }
    assert {"--depth", "--time-range", "--seed"} <= options


# ---- exit codes --------------------------------------------------------------------------------------------

MEANINGS = {
    errors.CaptureError: "failed",
    errors.ConfigurationError: "usage",
    errors.AuthenticationError: "token",
    errors.GitHubUnavailableError: "unavailable",
    errors.UnexpectedPayloadError: "payload",
    errors.StoreError: "database",
    errors.JobConflictError: "worker",
}


def test_the_readmes_exit_codes_are_those_of_the_errors() -> None:
    (sentence,) = re.findall(r"^Exit codes: (.*?)\.$", read(ROOT / "README.md"), re.MULTILINE | re.DOTALL)
    codes = {int(code): words for code, words in re.findall(r"(\d) ([^·]+)", sentence)}
    assert "succeeded or paused" in codes.pop(0)
    assert codes.keys() == {error.exit_code for error in MEANINGS}
    for error, word in MEANINGS.items():
        assert word in codes[error.exit_code]


def test_every_error_has_one_of_those_exit_codes() -> None:
    kinds = {
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, errors.CaptureError)
    }
    assert {kind.exit_code for kind in kinds} == {error.exit_code for error in MEANINGS}


# ---- the states of a capture job ---------------------------------------------------------------------------


def drawn() -> set[tuple[str, str]]:
    """The arrows of the state diagram."""
    text = read(ROOT / "docs" / "architecture.md")
    (diagram,) = [
        block for kind, block in FENCE.findall(text) if "stateDiagram" in block and kind == "mermaid"
    ]
    arrows = re.findall(r"^\s*(\S+) --> ([^\s:]+)(?::.*)?$", diagram, re.MULTILINE)
    assert len(arrows) == diagram.count("-->")
    return set(arrows)


def test_the_drawing_of_the_states_is_what_the_code_allows() -> None:
    moves = {(before.value, after.value) for before, states in LEGAL.items() for after in states}
    assert {arrow for arrow in drawn() if "[*]" not in arrow} == moves


def test_the_drawing_begins_with_queued_and_ends_where_nothing_follows() -> None:
    ends = {(state.value, "[*]") for state, states in LEGAL.items() if not states}
    assert {arrow for arrow in drawn() if "[*]" in arrow} == {("[*]", JobStatus.QUEUED.value)} | ends


# ---- the data ----------------------------------------------------------------------------------------------


def test_the_tables_and_views_of_the_document_are_those_of_the_schema() -> None:
    from progressive_capture.lib.store.schema import METADATA, VIEWS  # noqa: PLC0415  (takes a third of a second)

    named = set(re.findall(r"^\| `(\w+)` \|", read(ROOT / "docs" / "data.md"), re.MULTILINE))
    there = METADATA.tables.keys() | VIEWS["sqlite"].keys()
    assert there == named


# ---- words -------------------------------------------------------------------------------------------------


def test_the_glossary_names_every_outcome_and_depth_and_kind_that_there_is() -> None:
    glossary = read(ROOT / "docs" / "glossary.md")
    depth = next(option for option in command_of("sync").params if option.name == "depth")
    assert isinstance(depth.type, click.Choice)
    for word in ("succeeded", "paused", "failed", *depth.type.choices):
        assert f"`{word}`" in glossary, word
    for name in ("historical_sync", "job_details"):
        text = read(ROOT / "scripts" / "progressive_capture" / f"{name}.py")
        (kind,) = re.findall(r'^    kind = "(\w+)"$', text, re.MULTILINE)
        assert f"`{kind}`" in glossary, kind
