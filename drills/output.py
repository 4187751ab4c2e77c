"""Where a command's words and files go: the terminal or a pipe, `--json`, `--junit`, and the run folder itself."""

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from .errors import UsageError
from .judgement import Judgement
from .junit import junit
from .report import render
from .report_text import LOOKS, PLAIN, clean
from .runrecord import RunRecord
from .store import RunFolder, write_atomically
from .terminal import Screen, say, screen_of

STANDARD_OUTPUT = "-"


@dataclass
class Output:
    """What one command says about its runs, and the files it was asked to write.

    With `--json -` standard output is that JSON and nothing else; all else goes to standard error. Of several runs
    the JSON has one line each.
    """

    json_to: str | None = None
    junit_to: Path | None = None
    quiet: bool = False
    several: bool = False
    judgements: list[Judgement] = field(default_factory=list)

    @property
    def stream(self) -> TextIO:
        """Where words go."""
        return sys.stderr if self.json_to == STANDARD_OUTPUT else sys.stdout

    def check(self) -> None:
        """Make sure, before anything is done, that the files can be written.

        Raises:
            UsageError: one of them cannot.
        """
        asked = {"--junit": self.junit_to}
        if self.json_to not in (None, STANDARD_OUTPUT):
            asked["--json"] = Path(self.json_to or "")
        for option, path in asked.items():
            if path is not None:
                check_writable(option, path)

    def judged(self, judgement: Judgement, record: RunRecord, folder: RunFolder) -> None:
        """Tell what a run came to, and write it down."""
        self.judgements.append(judgement)
        shown = shown_path(folder.path)
        write_atomically(folder.report, render(judgement, record, shown))
        write_atomically(folder.junit, junit([judgement]))
        if self.quiet or self.several:
            say(one_line(judgement, screen_of(self.stream)), self.stream)
        else:
            say(render(judgement, record, shown, screen_of(self.stream)), self.stream)
        self._write_files(judgement)

    def document(self, line: str, json: str, junit_text: str = "") -> None:
        """Tell what a command came to that is no run, and write its JSON and JUnit XML where they were asked for."""
        say(line, self.stream)
        if self.junit_to is not None:
            write_file(self.junit_to, junit_text)
        if self.json_to == STANDARD_OUTPUT:
            say(json, sys.stdout)
        elif self.json_to is not None:
            write_file(Path(self.json_to), json)

    def _write_files(self, judgement: Judgement) -> None:
        if self.json_to == STANDARD_OUTPUT:
            say(self._json(judgement), sys.stdout)
        elif self.json_to is not None:
            write_file(Path(self.json_to), "".join(self._json(each) for each in self.judgements))
        if self.junit_to is not None:
            write_file(self.junit_to, junit(self.judgements))

    def _json(self, judgement: Judgement) -> str:
        return judgement.model_dump_json() + "\n" if self.several else judgement.to_json()


def one_line(judgement: Judgement, screen: Screen) -> str:
    """A run in one line: sign, verdict, scenario, seed and why."""
    sign = LOOKS[judgement.verdict].sign
    verdict = judgement.verdict.upper()
    text = f"{sign} {verdict}  {judgement.scenario}, seed {judgement.seed}: {judgement.because}"
    return (clean(text) if screen.unicode else clean(text).translate(PLAIN)) + "\n"


def shown_path(path: Path) -> Path:
    """A run folder as people should type it: its own name, not `latest`, and relative where it is below here."""
    found, here = path.resolve(), Path.cwd()
    return found.relative_to(here) if found.is_relative_to(here) else found


def check_writable(option: str, path: Path) -> None:
    """Make sure that a file can be written.

    Raises:
        UsageError: it cannot.
    """
    if path.is_dir():
        raise UsageError(f"{option} {path} is a folder", "Name a file.")
    if not path.parent.is_dir():
        raise UsageError(f"{option} {path}: there is no folder {path.parent}", "Make it first, or name another file.")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise UsageError(f"{option} {path} may not be written", "Name a file that you may write.")


def write_file(path: Path, text: str) -> None:
    """Write a whole file; what is no file, such as /dev/stdout, is written to and not replaced."""
    if path.exists() and not path.is_file():
        path.write_text(text, encoding="utf-8")
    else:
        write_atomically(path.resolve(), text)
