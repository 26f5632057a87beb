"""Many fits run side by side; an error or Ctrl-C ends them in order."""

import pytest

from campanile.models.schedule import cores, run_all


@pytest.mark.parametrize("jobs", [1, 3])
def test_all_tasks_are_done_and_ticked(jobs):
    ticks = []
    done = run_all({n: lambda n=n: n * n for n in range(9)}, jobs, lambda n, squared: ticks.append((n, squared)))
    assert done.made == {n: n * n for n in range(9)}
    assert sorted(ticks) == [(n, n * n) for n in range(9)]
    assert not done.stopped


def test_ctrl_c_keeps_what_is_done_and_hurries_the_rest():
    hurried = []

    def stop():
        raise KeyboardInterrupt

    done = run_all({"a": lambda: 1, "b": stop, "c": lambda: 3}, 1, hurry=lambda: hurried.append(True))
    assert done.stopped
    assert done.made["a"] == 1
    assert hurried == [True]


def test_an_error_of_a_task_is_raised():
    with pytest.raises(ZeroDivisionError):
        run_all({"a": lambda: 1 / 0, "b": lambda: 2}, 2)


def test_at_least_one_fit_runs():
    assert cores(0) >= 1
    assert cores(3) == 3
