"""Places for legs: who waits longest is next."""

from __future__ import annotations

import threading

from actions_runner.run_state import Places


def test_places_are_given_in_the_order_of_asking() -> None:
    places, order = Places(1), list[int]()
    first_in, go = threading.Event(), threading.Event()

    def hold() -> None:
        with places.one(lambda: False):
            first_in.set()
            go.wait(5)

    def wait(number: int) -> None:
        with places.one(lambda: False):
            order.append(number)

    threads = [threading.Thread(target=hold)]
    threads[0].start()
    first_in.wait(5)
    for number in range(5):
        threads.append(threading.Thread(target=wait, args=(number,)))
        threads[-1].start()
        while places.waiting <= number:
            pass
    go.set()
    for thread in threads:
        thread.join(5)
    assert order == [0, 1, 2, 3, 4]


def test_who_finds_it_over_waits_no_longer_and_takes_no_place() -> None:
    places, is_over = Places(1), threading.Event()
    with places.one(lambda: False):
        late = threading.Thread(target=lambda: places.one(is_over.is_set).__enter__())
        late.start()
        is_over.set()
        places.look_again()
        late.join(5)
        assert not late.is_alive()
    with places.one(lambda: False):
        pass
