"""What is complete, where the next database goes, and what may go: decided by values alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from progressive_capture.lib.github.release_values import Asset, Release
from progressive_capture.lib.shelf.choice import (
    Look,
    Placed,
    leftovers,
    missing_from,
    pairs_in,
    superseded,
)
from progressive_capture.lib.shelf.kept import Kept
from progressive_capture.lib.shelf.names import database_name

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
HOME = Release(
    id=1,
    tag="t",
    name="",
    body="",
    draft=False,
    prerelease=True,
    immutable=False,
    html_url="",
    upload_url="https://x",
)


def asset(name: str, *, state: str = "uploaded", age: timedelta = timedelta(), size: int = 5) -> Asset:
    return Asset(id=hash(name), name=name, state=state, size_bytes=size, sha256=None, created_at=NOON - age)


def look(*assets: Asset, release: Release = HOME) -> Look:
    placed = tuple(Placed(release, each) for each in assets)
    return Look((release,), placed, pairs_in(placed))


def whole(name: str) -> tuple[Asset, Asset]:
    return asset(f"{name}.db.gz"), asset(f"{name}.json")


def kept(generation: int, *contains: int, adds: bool = True, part: str = "1") -> Kept:
    return Kept(
        name=database_name(generation, part),
        generation=generation,
        repository="mona/cat",
        repository_id=7,
        sha256="0" * 64,
        size_bytes=1,
        database_bytes=1,
        schema_version="1",
        kept_at=NOON,
        contains=tuple(database_name(each, "1") for each in contains),
        adds=adds,
    )


def complete(*databases: Kept) -> dict[object, Kept]:
    seen = look(*(each for database in databases for each in whole(database.name)))
    by_name = {database.name: database for database in databases}
    return {pair: by_name[pair.name] for pair in seen.pairs}


def pruned(*databases: Kept) -> set[str]:
    return {each.asset.name.partition(".")[0] for each in superseded(list(complete(*databases).items()))}  # type: ignore[arg-type]


def test_a_database_is_complete_with_its_manifest_both_uploaded() -> None:
    good, other = database_name(2, "1"), database_name(1, "1")
    seen = look(
        *whole(other),
        *whole(good),
        asset(f"{database_name(3, '1')}.db.gz"),
        asset(f"{database_name(4, '1')}.json"),
        asset(f"{database_name(5, '1')}.db.gz", state="starter", size=0),
        asset(f"{database_name(5, '1')}.json"),
        asset("notes.json"),
    )
    assert [pair.name for pair in seen.pairs] == [good, other]
    assert seen.newest_generation == 5


def test_a_database_and_a_manifest_in_different_releases_are_no_pair() -> None:
    database, manifest = whole(database_name(1, "1"))
    placed = (Placed(HOME, database), Placed(replace(HOME, id=2), manifest))
    assert pairs_in(placed) == ()


def test_everybody_chooses_the_same_home() -> None:
    published, draft, locked = HOME, replace(HOME, id=0, draft=True), replace(HOME, id=-1, immutable=True)
    assert Look((draft, locked, published), (), ()).home == published
    assert Look((locked, replace(draft, id=9), draft), (), ()).home == draft
    assert Look((locked,), (), ()).home is None


def test_only_what_is_in_a_newer_one_goes_and_never_the_newest_two() -> None:
    assert pruned(kept(1), kept(2, 1)) == set()
    assert pruned(kept(1), kept(2, 1), kept(3, 1, 2)) == {database_name(1, "1")}
    assert pruned(kept(1), kept(2, 1), kept(3, 2)) == {database_name(1, "1")}  # the second newest has it
    assert pruned(kept(1), kept(2), kept(3, 2), kept(4, 2, 3)) == {database_name(2, "1")}
    assert pruned(kept(1), kept(2), kept(3)) == set()


def test_what_only_joins_others_goes_where_they_are() -> None:
    joined = kept(2, 1, adds=False, part="other")
    assert pruned(kept(1), joined, kept(3, 1), kept(4, 1, 3)) == {database_name(1, "1"), joined.name}


@given(st.lists(st.sets(st.integers(1, 8)), min_size=1, max_size=8))
def test_whatever_is_pruned_nothing_is_lost(contents: list[set[int]]) -> None:
    """Each database adds a row of its own, and has all rows of those that it contains."""
    databases = [
        kept(number + 1, *(each for each in inner if each <= number)) for number, inner in enumerate(contents)
    ]
    rows: dict[str, set[str]] = {}
    for database in databases:
        rows[database.name] = {database.name}.union(*(rows[name] for name in database.contains))
    gone = pruned(*databases)
    left = [database for database in databases if database.name not in gone]
    assert set().union(*(rows[database.name] for database in left)) == set(rows)
    assert {database.name for database in databases[-2:]} <= {database.name for database in left}


def test_leftovers_go_when_they_are_old_and_what_is_not_ours_never() -> None:
    long_ago, lately = timedelta(hours=2), timedelta(minutes=50)
    days = timedelta(days=2)
    newest = database_name(9, "1")
    cases = {
        asset(f"{database_name(1, 'a')}.db.gz", state="starter", age=long_ago, size=0): True,
        asset(f"{database_name(1, 'b')}.db.gz", state="starter", age=lately, size=0): False,
        asset(f"{database_name(1, 'c')}.db.gz", state="open", age=long_ago): True,
        asset(f"{database_name(1, 'd')}.json", age=long_ago): True,
        asset(f"{database_name(1, 'e')}.json", age=lately): False,
        asset(f"{database_name(1, 'f')}.db.gz", age=long_ago): False,
        asset(f"{database_name(1, 'g')}.db.gz", age=days): True,
        asset(f"{database_name(10, 'h')}.db.gz", age=days): False,  # there is nothing newer that is complete
        asset("notes.txt", state="starter", age=days, size=0): False,
        **dict.fromkeys(whole(newest), False),
    }
    seen = look(*cases)
    assert {each.asset.name for each in leftovers(seen, now=NOON)} == {
        each.name for each, goes in cases.items() if goes
    }


def test_what_is_missing_is_said_newest_first() -> None:
    databases = complete(kept(1), kept(2, 1), kept(3))
    parts, besides = frozenset({database_name(1, "1")}), frozenset({database_name(3, "1")})
    missing = missing_from(parts, databases, besides=frozenset())  # type: ignore[arg-type]
    assert [each.generation for _, each in missing] == [3, 2]
    missing = missing_from(parts, databases, besides=besides)  # type: ignore[arg-type]
    assert [each.generation for _, each in missing] == [2]
