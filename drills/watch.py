"""Whoever watches a drill: its phases as they begin, what it counts, what it has to say."""

from collections.abc import Callable
from typing import Protocol

from rich.console import Console, Group
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from .masking import masked
from .quantities import format_duration


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

    def close(self) -> None:
        """The drill is over, however it ended. Can be called twice."""
        ...


class SilentWatch:
    """Nobody watches: a pipe, or `--quiet`."""

    def phase(self, name: str, detail: str = "") -> None:
        """Say nothing."""

    def note(self, text: str) -> None:
        """Say nothing."""

    def count(self, done: int, of: int) -> None:
        """Say nothing."""

    def close(self) -> None:
        """Say nothing."""


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
        self._began = timer()
        self._live: Live | None = None

    def phase(self, name: str, detail: str = "") -> None:
        """Print the phase that is over as a line, and show the new one."""
        self._finish()
        self._name, self._detail, self._note, self._counted = name, detail, "", ""
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
        self._note = masked(text)

    def count(self, done: int, of: int) -> None:
        """Show the count until the next one."""
        self._counted = f"{done:,} of {of:,}"

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
        note = Text(f"    {self._note}", style="dim", overflow="ellipsis", no_wrap=True)
        return Group(line, note) if self._note else Group(line)

    def _line(self, sign: Spinner | Text, took: str) -> Table:
        line = Table.grid(padding=(0, 1))
        line.add_column(width=1)
        line.add_column(width=10, no_wrap=True)
        line.add_column(width=11, no_wrap=True, justify="right")
        line.add_column(no_wrap=True, overflow="ellipsis")
        said = "  ".join(part for part in (self._detail, self._counted) if part)
        line.add_row(sign, Text(self._name, style="bold"), Text(took), Text(said, style="dim"))
        return line


def _is_unicode(console: Console) -> bool:
    return console.encoding.startswith("utf")
