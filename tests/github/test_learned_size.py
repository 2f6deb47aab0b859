"""A size that shrinks at once and grows back with patience."""

from progressive_capture.lib.github.learned_size import LearnedSize


def answers_until_it_grows(size: LearnedSize) -> int:
    before, count = size.size, 0
    while size.size == before:
        size.fine(before)
        count += 1
    return count


def test_it_begins_with_the_largest_and_shrinks_step_by_step() -> None:
    size = LearnedSize((100, 50, 25))
    assert size.size == 100
    size.too_much(100)
    assert size.size == 50
    size.too_much(50)
    size.too_much(25)
    assert size.size == 25


def test_what_was_too_much_for_several_threads_shrinks_it_once() -> None:
    size = LearnedSize((100, 50, 25))
    size.too_much(100)
    size.too_much(100)
    assert size.size == 50


def test_a_rest_that_was_too_much_shrinks_it_below_that() -> None:
    size = LearnedSize((100, 50, 25, 12))
    size.too_much(30)
    assert size.size == 25


def test_it_grows_back_after_a_few_answers() -> None:
    size = LearnedSize((100, 50, 25))
    size.too_much(50)
    assert answers_until_it_grows(size) == 2
    assert size.size == 50
    assert answers_until_it_grows(size) == 2
    assert size.size == 100


def test_a_try_that_is_too_much_again_makes_it_wait_twice_as_long() -> None:
    size = LearnedSize((100, 50))
    size.too_much(100)
    assert answers_until_it_grows(size) == 2
    size.too_much(100)
    assert answers_until_it_grows(size) == 4
    size.too_much(100)
    assert answers_until_it_grows(size) == 8


def test_a_rest_that_was_answered_says_nothing() -> None:
    size = LearnedSize((100, 50))
    size.too_much(100)
    for _ in range(10):
        size.fine(49)
    assert size.size == 50
