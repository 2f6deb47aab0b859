"""Several who keep at once, and some who die on the way: nothing that was kept is lost."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from mortal_client import KilledError, MortalClient
from plain_databases import write_rows
from shelf_desk import Desk

from progressive_capture.lib.github.messages import Request
from progressive_capture.lib.shelf.kept import Kept

LONGEST = 60
"""More requests than a keep makes."""


def kept_with_deaths(desk: Desk, requests: int, *rows: str, part: str) -> Kept | None:
    """Keep rows with a client that dies before request number `requests`; None: it died."""
    try:
        return desk.keep(*rows, shelf=desk.shelf(desk.client(requests=requests)), part=part)
    except KilledError:
        return None


@pytest.mark.parametrize("before", [0, 2], ids=["the first keep", "a later keep"])
def test_whoever_dies_before_any_request_loses_nothing_and_the_next_goes_on(desk: Desk, before: int) -> None:
    safe = {f"before {number}" for number in range(before)}
    for number, row in enumerate(sorted(safe)):
        desk.keep(row, part=f"before-{number}")
    for requests in range(LONGEST):
        kept = kept_with_deaths(desk, requests, f"mortal {requests}", part=f"mortal-{requests}")
        brought = desk.brought() or set()
        assert brought >= safe, f"lost when killed before request {requests + 1}"
        if kept is not None:
            safe.add(f"mortal {requests}")
            break
        safe |= brought
        if requests % 3 == 0:  # else whoever comes next finds what more than one has left
            desk.keep(f"between {requests}", part="between")
            safe.add(f"between {requests}")
    else:
        pytest.fail("it never came to its end")
    assert requests > 6
    desk.keep("after", part="after")
    final = desk.brought() or set()
    assert final >= safe | {"after"}
    assert len([release for release in desk.releases() if not release.draft]) == 1


def test_every_lost_answer_to_a_write_is_survived(desk: Desk) -> None:
    desk.keep("row 0", part="0")
    for place, (method, status) in enumerate(
        (method, status)
        for method in ("POST .*/releases ", "POST .*db.gz", "POST .*json", "PATCH", "DELETE")
        for status in (None, 502)
    ):
        desk.simulator.fault("lost_answer", path=method.rstrip(), status=status, times=1)
        desk.keep(f"row {place + 1}", part=f"lost-{place}")
    assert desk.brought() == {f"row {number}" for number in range(11)}
    assert len(desk.assets()) == 4


def test_lost_answers_to_the_very_first_keep_are_survived(desk: Desk) -> None:
    for path in ("POST .*/releases$", "POST .*db.gz", "POST .*json", "PATCH"):
        desk.simulator.fault("lost_answer", path=path, times=1)
    desk.keep("row", part="1")
    assert desk.brought() == {"row"}
    assert len(desk.releases()) == 1
    assert sorted(desk.assets()) == ["capture-000001-1.db.gz", "capture-000001-1.json"]


@pytest.mark.parametrize("there_before", [True, False], ids=["on a shelf", "the first ever"])
def test_of_many_who_keep_at_once_nothing_is_lost(desk: Desk, there_before: bool) -> None:
    expected = {f"row {number}" for number in range(4)}
    if there_before:
        desk.keep("base", part="base")
        expected.add("base")
    starting = threading.Barrier(4)

    def keep(number: int) -> Kept:
        shelf, database = desk.shelf(), desk.file()
        base = shelf.bring(database)
        starting.wait(20)
        return desk.keep_on(base, database, f"row {number}", shelf=shelf, part=f"job-{number}")

    with ThreadPoolExecutor(4) as pool:
        kept = list(pool.map(keep, range(4)))
    assert desk.brought() == expected
    assert max(each.generation for each in kept) < 20
    desk.keep("after", part="after")
    assert desk.brought() == expected | {"after"}
    assert len([release for release in desk.releases() if not release.draft]) == 1


def interrupted_by(client: MortalClient, number: int, other: Callable[[], object]) -> None:
    """Before request `number` of this client, something else happens."""

    def before(_: Request) -> None:
        client.asked += 1
        if client.asked == number + 1:
            other()

    client.wire.before = before


@pytest.mark.parametrize("number", [1, 3, 4, 6, 8])
def test_another_keep_during_the_very_first_one_is_merged_in(desk: Desk, number: int) -> None:
    client = desk.client()
    interrupted_by(client, number, lambda: desk.keep("other", part="other"))
    desk.keep("ours", shelf=desk.shelf(client), part="ours")
    assert desk.brought() == {"ours", "other"}


def test_another_keep_between_any_two_requests_is_merged_in(desk: Desk) -> None:
    desk.keep("base", part="base")
    expected = {"base"}
    for number in range(14):
        client = desk.client()
        shelf, database = desk.shelf(client), desk.file()
        base = shelf.bring(database)
        other, ours = f"other {number}", f"ours {number}"
        interrupted_by(client, number, lambda row=other: desk.keep(row, part=row.replace(" ", "-")))
        desk.keep_on(base, database, ours, shelf=shelf, part=ours.replace(" ", "-"))
        expected |= {ours} | ({other} if client.asked > number else set())
        assert desk.brought() == expected, number


def test_where_another_release_was_published_meanwhile_it_moves_there(desk: Desk) -> None:
    """Who may not write sees what is published, and no draft."""
    client, others = desk.client(), desk.client().releases

    def before(request: Request) -> None:
        if request.method == "PATCH" and not any(not release.draft for release in desk.releases()):
            other = others.create_draft(desk.repository, tag=desk.shelf().tag, name="other", body="")
            others.publish(desk.repository, other)

    client.wire.before = before
    desk.keep("ours", shelf=desk.shelf(client))
    assert desk.brought(desk.shelf(desk.client(token="sim-nocontents"))) == {"ours"}
    assert desk.said == []


def test_two_who_join_each_other_are_done(desk: Desk) -> None:
    """A database that only joins others adds nothing: it is no reason to join again."""
    desk.keep("base", part="base")
    databases = [desk.file(), desk.file()]
    bases = [desk.shelf().bring(database) for database in databases]
    clients = [desk.client(requests=0), desk.client()]
    clients[0].wire.requests_left = 5  # two for a look, a manifest, two uploads
    with pytest.raises(KilledError):
        desk.keep_on(bases[0], databases[0], "first", shelf=desk.shelf(clients[0]), part="a")
    assert "capture-000002-a.json" in desk.assets()
    desk.keep_on(bases[1], databases[1], "second", shelf=desk.shelf(clients[1]), part="b")
    assert desk.brought() == {"base", "first", "second"}
    joined = desk.shelf().newest()
    assert joined is not None
    # The first comes back as one who has not seen the joined one, and joins the same.
    clients[0].wire.requests_left = float("inf")
    again = desk.keep_on(bases[0], databases[0], "first", shelf=desk.shelf(clients[0]), part="a")
    assert desk.brought() == {"base", "first", "second"}
    assert again.generation <= joined.generation + 2


def test_what_did_not_come_whole_this_time_is_joined_the_next(desk: Desk) -> None:
    """It is whole on the shelf: it must not be given up because the way was bad."""
    database = desk.file()
    base = desk.shelf().bring(database)
    desk.keep("other", part="other")
    desk.simulator.fault("blob_wrong_bytes", path="blob:/release-assets/", times=None)
    manifests = desk.shelf()
    assert manifests.newest() is None  # not even those come whole
    desk.simulator.clear_faults()
    sizes = [asset.id for name, asset in desk.assets().items() if name.endswith(".db.gz")]
    desk.simulator.fault("blob_wrong_bytes", path=f"blob:/release-assets/{sizes[0]}", times=None)
    kept = desk.keep_on(base, database, "ours", part="ours")
    assert kept.unusable == ()
    assert "is broken: what came is not what its manifest says." in desk.said[-1]
    desk.simulator.clear_faults()
    assert desk.brought() == {"ours"}
    desk.keep("after", part="after")
    assert desk.brought() == {"ours", "other", "after"}


def test_bytes_that_come_wrong_once_are_asked_for_again(desk: Desk) -> None:
    desk.keep("first", part="1")
    sizes = [asset.id for name, asset in desk.assets().items() if name.endswith(".db.gz")]
    desk.simulator.fault("blob_wrong_bytes", path=f"blob:/release-assets/{sizes[0]}", times=1)
    assert desk.brought() == {"first"}
    assert desk.said == []


def test_a_merge_that_fails_leaves_the_shelf_as_it_was(desk: Desk) -> None:
    desk.keep("base", part="base")
    database = write_rows(desk.file(), {"ours"})

    def merge(_: object) -> None:
        raise OSError("no space left")

    before = sorted(desk.assets())
    with pytest.raises(OSError, match="no space"):
        desk.shelf().keep(database, grown_from=None, merge=merge, name_part="2")
    assert sorted(desk.assets()) == before
    assert [file.name for file in desk.folder.iterdir() if file.name.startswith(".keeping")] == []
