"""Whoever watches a drill."""

import io

from dynadrill.drills.watch import SilentWatch, TerminalWatch
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


def test_silence() -> None:
    """Nobody watching hears nothing and stops nothing."""
    watch = SilentWatch()
    watch.phase("seed", "x")
    watch.note("y")
    watch.count(1, 2)
    watch.close()
    assert vars(watch) == {}
