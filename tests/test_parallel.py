"""Work side by side: results in order, no more at once than there is room for, and one end for all."""

from __future__ import annotations

import threading

import pytest

from scaffolder.system import parallel
from scaffolder.system.parallel import Stopped, side_by_side


def test_results_come_in_the_order_of_the_work() -> None:
    first_may_end = threading.Event()

    def first() -> str:
        assert first_may_end.wait(10)
        return "first"

    def second() -> str:
        first_may_end.set()
        return "second"

    assert side_by_side(threading.Event(), [first, second], at_once=2) == ["first", "second"]


def test_no_more_is_done_at_once_than_was_said() -> None:
    second_began = threading.Event()

    def first() -> bool:
        return second_began.wait(0.2)

    def second() -> bool:
        second_began.set()
        return True

    assert side_by_side(threading.Event(), [first, second], at_once=1) == [False, True]


def test_what_has_not_begun_is_left_when_something_goes_wrong() -> None:
    begun: list[str] = []

    def fail() -> None:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        side_by_side(threading.Event(), [fail, *[lambda: begun.append("more")] * 3], at_once=1)

    assert len(begun) < 3


def test_what_went_wrong_is_told_and_not_what_was_stopped_for_it() -> None:
    stop = threading.Event()

    def wait() -> None:
        assert stop.wait(10)
        raise Stopped

    def fail() -> None:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        side_by_side(stop, [wait, fail], at_once=2)


@pytest.mark.parametrize(("cores", "gigabytes", "room"), [(8, 64, 8), (8, 5, 2), (2, 64, 2), (4, 1, 1)])
def test_there_is_room_for_one_build_a_core_within_the_memory(
    monkeypatch: pytest.MonkeyPatch, cores: int, gigabytes: int, room: int
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: cores)
    monkeypatch.setattr("os.sysconf", {"SC_PHYS_PAGES": gigabytes * 2**18, "SC_PAGE_SIZE": 2**12}.__getitem__)

    assert parallel.room() == room
