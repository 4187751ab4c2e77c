"""Whoever watches a drill."""

import io
from typing import Any

from dynadrill.drills.waits.wait import Expected, Wait
from dynadrill.drills.watch import LineWatch, SilentWatch, TerminalWatch
from rich.console import Console


def watched(*, unicode: bool = True) -> tuple[TerminalWatch, io.TextIOWrapper]:
    """A watch on a terminal of 60 columns, whose timer goes on by 1.5 s with each look at it."""
    file = io.TextIOWrapper(io.BytesIO(), encoding="utf-8" if unicode else "ascii")
    console = Console(file=file, force_terminal=True, width=60, no_color=True, legacy_windows=False, _environ={})
    seconds = iter(range(10_000))
    return TerminalWatch(console, lambda: next(seconds) * 1.5), file


def shown(file: io.TextIOWrapper) -> str:
    """Everything that went to the terminal."""
    file.flush()
    return file.buffer.getvalue().decode()  # type: ignore[attr-defined]  # a BytesIO


def test_phases_that_are_over_stay_on_the_terminal() -> None:
    """Each phase that is over is a line with its name, its time, and what it had counted."""
    watch, file = watched()
    watch.phase("seed", "10 items")
    watch.count(10, 10)
    watch.note("nearly there")
    watch.phase("strike")
    watch.close()
    lines = [line for line in shown(file).splitlines() if "·" in line]
    assert len(lines) == 2
    assert "seed" in lines[0]
    assert "10 items  10 of 10" in lines[0]
    assert " s " in lines[0]
    assert "strike" in lines[1]


def test_the_terminal_is_given_back() -> None:
    """However often it is closed, and even before anything began, the cursor is visible in the end."""
    watch, file = watched()
    watch.close()
    assert shown(file) == ""
    watch.phase("seed")
    watch.close()
    watch.close()
    page = shown(file)
    assert page.count("\x1b[?25l") == page.count("\x1b[?25h") == 1
    assert page.rindex("\x1b[?25h") > page.rindex("seed")


def test_a_terminal_without_unicode() -> None:
    """Progress uses signs that the terminal has."""
    watch, file = watched(unicode=False)
    watch.phase("seed")
    watch.close()
    assert shown(file).isascii()


SAID = "waiting until arn:aws:dynamodb:eu-west-1:…9012:table/x is ACTIVE"
WAIT = Wait("until arn:aws:dynamodb:eu-west-1:123456789012:table/x is ACTIVE", 40.0, 15.0, Expected(600.0, 600.0, "y"))


def test_a_wait_stands_on_the_terminal_while_it_lasts() -> None:
    """What is waited for is below the phase, goes on by the second, and is gone with the wait; an account is cut."""
    file, seconds = io.StringIO(), [0.0]
    watch = TerminalWatch(Console(file=file, force_terminal=True, width=60, _environ={}), lambda: seconds[0])
    watch.phase("restore")
    watch.wait(WAIT)
    seconds[0] = 10.0
    below = " ".join(said(watch._current()).split())
    assert below.endswith(f"10.0 s {SAID}: 50 s so far, about 9 min left, by y")
    seconds[0] = 30.0
    assert "waiting" not in said(watch._current())
    watch.wait(WAIT)
    watch.note("something else")
    assert "waiting" not in said(watch._current())
    watch.wait(WAIT)
    watch.phase("settings")
    assert "waiting" not in said(watch._current())
    watch.close()


def said(content: Any) -> str:
    """What is drawn."""
    file = io.StringIO()
    Console(file=file, width=60, legacy_windows=False, _environ={}).print(content)
    return file.getvalue()


def lines_of(seconds: int, step: int) -> list[str]:
    """What a log has of a wait of so many seconds, in which it is looked every so often."""
    file = io.StringIO()
    watch = LineWatch(file, lambda: 0.0)
    watch.phase("restore")
    for so_far in range(0, seconds, step):
        watch.wait(WAIT._replace(so_far_s=float(so_far), seconds=float(step)))
    return file.getvalue().splitlines()


class NotedMeanwhile(TerminalWatch):
    """A watch whose wait is over as soon as it was looked at: a note came from another thread."""

    @property
    def _wait(self) -> Any:
        found, self._told = self._told, None
        return found

    @_wait.setter
    def _wait(self, wait: Any) -> None:
        self._told = wait


def test_a_wait_that_is_over_while_it_is_shown_stops_no_terminal() -> None:
    """The terminal is drawn by a thread of its own, which sees a wait or none, and nothing in between."""
    watch = NotedMeanwhile(watched()[0]._console, lambda: 0.0)
    watch.wait(Wait("until x", 1.0, 15.0))
    assert watch._waiting().startswith("waiting until x")


def test_a_log_has_a_line_now_and_then() -> None:
    """A short wait leaves no line, one of an hour a handful, one of a day some fifty; and no control characters."""
    assert [len(lines_of(seconds, 15)) for seconds in (15, 60, 3600, 86_400)] == [0, 2, 7, 53]
    first = lines_of(60, 15)[0]
    assert (
        first
        == "waiting until arn:aws:dynamodb:eu-west-1:…9012:table/x is ACTIVE: 15 s so far, about 10 min left, by y"
    )
    assert lines_of(300, 300)


def test_a_log_hears_of_each_wait_and_phase_anew() -> None:
    """The next wait, the same one begun anew, and the same one in the next phase have their own first lines."""
    file = io.StringIO()
    watch = LineWatch(file, lambda: 0.0)
    for why, so_far_s in (("until a", 20.0), ("until a", 25.0), ("until a", 20.0), ("until b", 20.0)):
        watch.wait(Wait(why, so_far_s, 15.0))
    watch.phase("settings")
    watch.wait(Wait("until b", 20.0, 15.0))
    assert [line.split(":")[0] for line in file.getvalue().splitlines()] == [
        "waiting until a", "waiting until a", "waiting until b", "waiting until b",
    ]  # fmt: skip


def test_a_log_is_told_what_is_counted_now_and_then() -> None:
    """A phase that counts for long says how far it is, ever more rarely; what nobody counted stays silent."""
    file, seconds = io.StringIO(), [0.0]
    watch = LineWatch(file, lambda: seconds[0])
    watch.phase("read", "orders")
    for second in range(0, 600, 5):
        seconds[0] = float(second)
        watch.count(second * 10, 5000)
        if second == 200:
            watch.note("about 5m 00s left")
    assert file.getvalue().splitlines() == [
        "read: 300 of 5,000 after 30.0 s", "read: 600 of 5,000 after 1m 00s", "read: 1,200 of 5,000 after 2m 00s",
        "read: 2,400 of 5,000 after 4m 00s: about 5m 00s left", "read: 4,800 of 5,000 after 8m 00s: about 5m 00s left",
    ]  # fmt: skip
    watch.note("x")
    watch.close()
    assert len(file.getvalue().splitlines()) == 5


def test_silence() -> None:
    """Nobody watching hears nothing and stops nothing."""
    watch = SilentWatch()
    watch.phase("seed", "x")
    watch.note("y")
    watch.count(1, 2)
    watch.wait(WAIT)
    watch.close()
    assert vars(watch) == {}
