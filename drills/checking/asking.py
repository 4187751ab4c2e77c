"""What `dynadrill restore-check` does: one check, judged from what is on disk, and told."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import NamedTuple

import orjson

from .. import store
from ..config.model import Config
from ..notes import Notes
from ..output import Output
from ..planning.agreed import agreed_check
from ..store import write_atomically
from ..watch import Watch
from .acting import run_check
from .asked import Asked, make_check
from .folder import CheckFolder
from .telling import judge_and_tell

SCENARIO = "restore-check"
"""The folder, below that of all runs, which checks are in."""


class Surroundings(NamedTuple):
    """What a command is done with: the environment's variables, the wall clock, who watches, the configuration."""

    environment: Mapping[str, str]
    wall_time: Callable[[], float]
    watch: Watch
    config: Config


def asked_as_json(asked: Asked) -> str:
    """The command line as a file."""
    return orjson.dumps(asdict(asked), default=str).decode() + "\n"


def check(asked: Asked, out: Path, output: Output, around: Surroundings) -> int:
    """Check a table and say what came of it; answers the exit code.

    Raises:
        UsageError: something that was asked for is wrong; nothing was touched, and no run folder is left.
        KeyboardInterrupt: somebody interrupted it; what was made was removed, and what is known is told.
    """
    output.check()
    read = make_check(asked, around.environment, around.config)
    folder = CheckFolder(store.create(out, SCENARIO, read.place.name, around.wall_time()).path)
    write_atomically(folder.asked, asked_as_json(asked))
    notes = Notes(around.watch.note)
    try:
        agreed = agreed_check(around.config, notes)
        run_check(read, folder, around.watch, around.config, agreed=agreed)
    except BaseException:
        around.watch.close()
        if folder.run_json.exists():
            judge_and_tell(folder, output)
        raise
    finally:
        store.discard(folder)
    around.watch.phase("judge", "from the evidence on disk")
    around.watch.close()
    notes.say(quiet=output.quiet)
    return judge_and_tell(folder, output)
