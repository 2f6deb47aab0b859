import pytest

from github_simulator import ids


@pytest.mark.parametrize("place", [ids.RunPlace(0, 0), ids.RunPlace(7, 0), ids.RunPlace(3, 99_999)])
def test_a_run_id_and_a_suite_id_lead_back_to_their_place(place: ids.RunPlace) -> None:
    assert ids.run_place(ids.run_id(place)) == place
    assert ids.suite_place(ids.suite_id(place)) == place


@pytest.mark.parametrize(
    "place",
    [
        ids.CheckRunPlace(0, 0, 0, 0),
        ids.CheckRunPlace(5, 12_345, 50, 1_023),
        ids.CheckRunPlace(7, 99_999, 1, 299),
    ],
)
def test_a_check_run_id_leads_back_to_its_place(place: ids.CheckRunPlace) -> None:
    assert ids.check_run_place(ids.check_run_id(place)) == place


def test_an_id_between_two_runs_names_none() -> None:
    assert ids.run_place(ids.run_id(ids.RunPlace(0, 5)) + 1) is None
    assert ids.run_place(17) is None
    assert ids.check_run_place(17) is None


def test_ids_are_larger_than_32_bits_and_rise_with_time() -> None:
    runs = [ids.run_id(ids.RunPlace(0, index)) for index in range(100)]
    assert runs[0] > 2**32
    assert runs == sorted(set(runs))


def test_a_node_id_says_what_it_names() -> None:
    text = ids.node_id("WFR", 36_000_000_000, 812_000_000)
    assert text.startswith("WFR_kw")
    assert ids.parse_node_id(text) == ids.NodeId("WFR", 36_000_000_000)


@pytest.mark.parametrize(
    "text", ["", "WFR", "WFR_", "WFR_!!!", "WFR_AAAA", "MDEyOk9yZ2FuaXphdGlvbjE=", "é_é"]
)
def test_what_is_no_node_id_of_ours_names_nothing(text: str) -> None:
    assert ids.parse_node_id(text) is None
