"""A chunk travels as JSON and comes back the same; ids are cut into equal parts."""

from __future__ import annotations

import json
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from progressive_capture.lib.chunks import MOST_CHUNKS, Chunk, cut_evenly, sizes
from progressive_capture.lib.errors import ConfigurationError

IDS = st.none() | st.uuids().map(str)
CHUNKS = st.builds(
    Chunk,
    kind=st.text(max_size=20),
    repository=st.text(max_size=50),
    job_id=IDS,
    parent_id=IDS,
    index=st.integers(0, 9),
    count=st.integers(10, MOST_CHUNKS),
    parameters=st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=5), max_size=3),
    first_id=st.none() | st.integers(0, 2**63),
    last_id=st.none() | st.integers(0, 2**63),
)


@given(CHUNKS)
def test_a_chunk_comes_back_as_it_was(chunk: Chunk) -> None:
    assert Chunk.parse(chunk.as_text()) == chunk


def test_a_chunk_says_only_what_it_must() -> None:
    assert json.loads(Chunk(kind="workflow_runs", repository="octo/example").as_text()) == {
        "kind": "workflow_runs",
        "repository": "octo/example",
    }


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        "{}",
        '{"kind": "workflow_runs"}',
        '{"kind": 1, "repository": "octo/example"}',
        '{"kind": "a", "repository": "b", "index": 1, "count": 1}',
        '{"kind": "a", "repository": "b", "index": -1}',
        '{"kind": "a", "repository": "b", "index": true, "count": 2}',
        '{"kind": "a", "repository": "b", "count": 257}',
        '{"kind": "a", "repository": "b", "first_id": "1; rm -rf /"}',
        '{"kind": "a", "repository": "b", "job_id": "$(id)"}',
        '{"kind": "a", "repository": "b", "parameters": []}',
        '{"kind": "a", "repository": "b", "surprise": 1}',
    ],
)
def test_what_is_no_chunk_is_refused_with_the_next_step(text: str) -> None:
    with pytest.raises(ConfigurationError, match="not a chunk") as error:
        Chunk.parse(text)
    assert "plan" in error.value.hint


def test_256_chunks_of_a_plan_are_small_enough_for_an_output() -> None:
    chunk = Chunk(
        kind="workflow_jobs",
        repository=f"{'o' * 39}/{'n' * 100}",
        job_id=str(uuid.UUID(int=2**128 - 1)),
        parent_id=str(uuid.UUID(int=2**127)),
        index=255,
        count=256,
        parameters={"since": "2026-01-01T00:00:00+00:00", "depth": "steps"},
        first_id=2**62,
        last_id=2**63 - 1,
    )
    # GitHub measures an output as UTF-16: two bytes a character, of a megabyte.
    assert len(chunk.as_text()) * MOST_CHUNKS * 2 < 1024 * 1024 / 3


@given(st.sets(st.integers(0, 10_000)), st.integers(1, 300))
def test_every_id_is_in_exactly_one_range_and_ranges_differ_by_one_at_most(
    ids: set[int], pieces: int
) -> None:
    ranges = list(cut_evenly(sorted(ids), total=len(ids), pieces=pieces))

    inside = [[number for number in ids if first <= number <= last] for first, last in ranges]
    assert sorted(number for part in inside for number in part) == sorted(ids)
    assert len(ranges) == (min(pieces, len(ids), MOST_CHUNKS) if ids else 0)
    assert not inside or max(map(len, inside)) - min(map(len, inside)) <= 1


@given(st.integers(0, 10**6), st.integers(1, 1000))
def test_sizes_add_up(total: int, pieces: int) -> None:
    assert sum(sizes(total, pieces)) == total
    assert len(sizes(total, pieces)) <= MOST_CHUNKS
