"""Concurrent tasks: results in order, a limit on their number, and cancellation on failure."""

from __future__ import annotations

import threading

import pytest

from scaffolder.system import parallel
from scaffolder.system.parallel import Cancelled, run_all


def test_results_are_in_the_order_of_the_tasks() -> None:
    first_may_end = threading.Event()

    def first() -> str:
        assert first_may_end.wait(10)
        return "first"

    def second() -> str:
        first_may_end.set()
        return "second"

    assert run_all(threading.Event(), [first, second], max_workers=2) == ["first", "second"]


def test_no_more_tasks_run_at_once_than_the_limit_allows() -> None:
    second_began = threading.Event()

    def first() -> bool:
        return second_began.wait(0.2)

    def second() -> bool:
        second_began.set()
        return True

    assert run_all(threading.Event(), [first, second], max_workers=1) == [False, True]


def test_tasks_that_have_not_started_are_skipped_after_a_failure() -> None:
    begun: list[str] = []

    def fail() -> None:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        run_all(threading.Event(), [fail, *[lambda: begun.append("more")] * 3], max_workers=1)

    assert len(begun) < 3


def test_the_failure_is_raised_and_not_the_cancellation_that_it_caused() -> None:
    stop = threading.Event()

    def wait() -> None:
        assert stop.wait(10)
        raise Cancelled

    def fail() -> None:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        run_all(stop, [wait, fail], max_workers=2)


@pytest.mark.parametrize(("cores", "gigabytes", "room"), [(8, 64, 8), (8, 5, 2), (2, 64, 2), (4, 1, 1)])
def test_one_build_per_core_runs_as_far_as_memory_allows(
    monkeypatch: pytest.MonkeyPatch, cores: int, gigabytes: int, room: int
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: cores)
    monkeypatch.setattr("os.sysconf", {"SC_PHYS_PAGES": gigabytes * 2**18, "SC_PAGE_SIZE": 2**12}.__getitem__)

    assert parallel.worker_count() == room
