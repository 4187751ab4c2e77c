"""Whoever watches a drill: its phases as they begin, what it counts, what it has to say."""

import textwrap
from collections.abc import Callable
from threading import Lock
from typing import Protocol, TextIO

from rich.console import Console, Group
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from .masking import masked
from .quantities import format_duration
from .terminal import say
from .waits.wait import Wait

FIRST_LINE_S = 30.0
"""What takes less is over before anybody asks a log."""
RAREST_S = 1800.0
"""At least so often a log has a line."""
LOOKED_WITHIN_S = 3.0
"""So long it may take to look whether something that is waited for is there."""
MOST_LINES = 6


class Watch(Protocol):
    """Hears how a drill goes on. No call of it may stop a drill."""

    def phase(self, name: str, detail: str = "") -> None:
        """A new phase begins, and the one before it is over."""
        ...

    def note(self, text: str) -> None:
        """Something worth knowing happened in this phase."""
        ...

    def count(self, done: int, of: int) -> None:
        """So many of so many are done in this phase."""
        ...

    def wait(self, wait: Wait) -> None:
        """Somebody waits in this phase; told again each time that it was looked and is still waited for."""
        ...

    def close(self) -> None:
        """The drill is over, however it ended. Can be called twice."""
        ...


class SilentWatch:
    """Nobody watches: `--quiet`."""

    def phase(self, name: str, detail: str = "") -> None:
        """Say nothing."""

    def note(self, text: str) -> None:
        """Say nothing."""

    def count(self, done: int, of: int) -> None:
        """Say nothing."""

    def wait(self, wait: Wait) -> None:
        """Say nothing."""

    def close(self) -> None:
        """Say nothing."""


class LineWatch(SilentWatch):
    """A log, such as CI's: a line when something takes long, and then ever more rarely, so that there is life in it.

    What a wait is told of it says itself; a phase that counts says how far it is.

    Args:
        stream: where lines go.
        timer: seconds that only go forward.
    """

    def __init__(self, stream: TextIO, timer: Callable[[], float]) -> None:
        self._stream = stream
        self._timer = timer
        self._name = self._note = ""
        self._why, self._so_far_s = "", 0.0
        self._began = timer()
        self._count_at_s = self._wait_at_s = FIRST_LINE_S
        self._lock = Lock()

    def phase(self, name: str, detail: str = "") -> None:
        """Remember what is counted in it."""
        del detail
        self._name, self._note, self._why = name, "", ""
        self._began, self._count_at_s = self._timer(), FIRST_LINE_S

    def note(self, text: str) -> None:
        """Keep it for the next line on what is counted."""
        self._note = masked(text)

    def count(self, done: int, of: int) -> None:
        """Say it now and then."""
        with self._lock:
            so_far_s = self._timer() - self._began
            if so_far_s < self._count_at_s:
                return
            self._count_at_s = _next_line(so_far_s)
        many = f"{done:,} of {of:,}" if done < of else f"{done:,}"
        noted = f": {self._note}" if self._note else ""
        say(f"{self._name}: {many} after {format_duration(so_far_s)}{noted}\n", self._stream)

    def wait(self, wait: Wait) -> None:
        """Say it now and then."""
        with self._lock:
            if wait.why != self._why or wait.so_far_s < self._so_far_s:
                self._why, self._wait_at_s = wait.why, FIRST_LINE_S
            self._so_far_s = wait.so_far_s
            if wait.so_far_s + wait.seconds < self._wait_at_s:
                return
            self._wait_at_s = _next_line(wait.so_far_s + wait.seconds)
        say(f"{masked(wait.said())}\n", self._stream)


def _next_line(after_s: float) -> float:
    return after_s + min(max(after_s, FIRST_LINE_S), RAREST_S)


class TerminalWatch:
    """Live progress: the phases that are over with their real time, and the current one with a spinner.

    Args:
        console: on the terminal, where nothing else is written meanwhile.
        timer: seconds that only go forward, for how long a phase took the one who waits for it.
    """

    def __init__(self, console: Console, timer: Callable[[], float]) -> None:
        self._console = console
        self._timer = timer
        self._spinner = Spinner("line" if console.legacy_windows or not _is_unicode(console) else "dots")
        self._name = ""
        self._detail = ""
        self._note = ""
        self._counted = ""
        self._wait: tuple[Wait, float] | None = None
        self._began = timer()
        self._live: Live | None = None

    def phase(self, name: str, detail: str = "") -> None:
        """Print the phase that is over as a line, and show the new one."""
        self._finish()
        self._name, self._detail, self._note, self._counted, self._wait = name, detail, "", "", None
        self._began = self._timer()
        if self._live is None:
            self._live = Live(
                get_renderable=self._current,
                console=self._console,
                refresh_per_second=8,
                transient=True,
                redirect_stdout=False,
                redirect_stderr=False,
            )
            self._live.start()

    def note(self, text: str) -> None:
        """Show the text until the next one."""
        self._note, self._wait = masked(text), None

    def count(self, done: int, of: int) -> None:
        """Show the count until the next one."""
        self._counted = f"{done:,} of {of:,}"

    def wait(self, wait: Wait) -> None:
        """Show it in place of the note, as long as it lasts."""
        self._wait = wait, self._timer()

    def close(self) -> None:
        """Print the last phase as a line and give the terminal back."""
        live, self._live = self._live, None
        if live is not None:
            try:
                self._finish()
            finally:
                live.stop()

    def _finish(self) -> None:
        if self._name:
            took = format_duration(self._timer() - self._began)
            line = self._line(Text("·" if _is_unicode(self._console) else "-"), took)
            self._name = ""  # first: printing draws the current phase again, and there is none now
            self._console.print(line)

    def _current(self) -> Group | Text:
        if not self._name:
            return Text("")
        took = format_duration(self._timer() - self._began)
        line = self._line(self._spinner, took)
        below = self._waiting() or self._note
        return Group(line, *_indented(below, self._console.width)) if below else Group(line)

    def _waiting(self) -> str:
        """The wait that goes on; between two of a loop it is looked, which takes a moment."""
        shown = self._wait  # looked at once: another thread may change it
        if shown is None:
            return ""
        wait, told_at = shown
        later_s = self._timer() - told_at
        return masked(wait.said(later_s)) if later_s < wait.seconds + LOOKED_WITHIN_S else ""

    def _line(self, sign: Spinner | Text, took: str) -> Table:
        line = Table.grid(padding=(0, 1))
        line.add_column(width=1)
        line.add_column(width=10, no_wrap=True)
        line.add_column(width=11, no_wrap=True, justify="right")
        line.add_column(no_wrap=True, overflow="ellipsis")
        said = "  ".join(part for part in (self._detail, self._counted) if part)
        line.add_row(sign, Text(self._name, style="bold"), Text(took), Text(said, style="dim"))
        return line


def _indented(text: str, width: int) -> list[Text]:
    """A text below a phase, in as many lines as it takes: what comes last in it is what is left."""
    lines = textwrap.wrap(text, max(width - 5, 20))
    return [Text(f"    {line}", style="dim", no_wrap=True) for line in lines[:MOST_LINES]]


def _is_unicode(console: Console) -> bool:
    return console.encoding.startswith("utf")
