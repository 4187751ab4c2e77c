"""Hears of every wait in which real time passes, and of every answer on the way to it; tells whoever watches.

The two seams that everything passes are what it listens to, the target's clock and the hooks of its clients: no loop
that waits has to know of it.
"""

from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import NamedTuple

from ..backups.window import UNTIL_RESTORABLE
from ..timemachine.durations import NOTHING, Load, likely
from ..watch import Watch
from .measured import Measured, expected_by, keep
from .sight import DONE, Answer, Sight, sight_of, size_in
from .wait import Expected, Wait

SHORTEST_S = 1.0
"""A shorter wait is none that anybody has to be told of: pages that are asked for no faster than agreed."""
EXACT_FROM_S = 30.0
"""Whoever waits for so long at once waits for a time, and not for something that is looked at again and again."""
PERCENT_FROM = 5.0
"""From so much on a percentage says how long the whole will take."""
GAP_S = 60.0
"""Whoever has not waited for so long waits anew, though for the same reason: to look takes less."""
KEPT_FROM_S = 10.0
"""What took less is not kept: nobody waits long for it."""

BY_MODEL = "dynadrill's model (AWS promises nothing)"
BY_WINDOW = "how far LatestRestorableDateTime was behind"
BY_SERVICE = "AWS Backup's own estimate"
BY_PERCENTAGE = "how fast the service's percentage grows"


class Begun(NamedTuple):
    """Work that was seen under way: as it was first seen, since when it is, and whether anybody has waited for it."""

    sight: Sight
    since_at: float
    waited: bool = False


class Waits:
    """The waits of one run; safe to call from several threads.

    Args:
        watch: is told.
        folder: the run's, where is kept how long things took, and beside which earlier runs are; None for neither.
    """

    def __init__(self, watch: Watch, folder: Path | None = None) -> None:
        self._watch = watch
        self._folder = folder
        self._place = ""
        self._why, self._began_at, self._until_at = "", 0.0, 0.0
        self._sight: Sight | None = None
        self._begun: dict[str, Begun] = {}
        self._sizes: dict[str, Load] = {}
        self._earlier: dict[tuple[str, str], Expected | None] = {}
        self._lock = Lock()

    def at_place(self, name: str) -> None:
        """The target, as it is called once it is known what answers there."""
        self._place = name

    def looked(self, service: str, operation: str, answer: Answer, now: float) -> None:
        """Somebody has looked at something, or called anything else, and was answered."""
        with self._lock:
            self._sight = sight = sight_of(service, operation, answer, self._sizes)
            if sight is None:
                return
            if operation == "DescribeTable" and sight.state == "ACTIVE":
                name, size = size_in(answer)
                self._sizes[name] = size
            if sight.under_way:
                self._begin(sight, now)
            else:
                self._end(sight, now)

    def waiting(self, seconds: float, why: str, now: float) -> None:
        """Somebody waits from now on, until it is looked again."""
        if seconds < SHORTEST_S:
            return
        with self._lock:
            sight, self._sight = self._sight, None  # what was seen before an earlier wait says nothing of this one
            if sight is not None and not _is_of(sight, why):
                sight = None
            if why != self._why or now - self._until_at > GAP_S:
                self._why, self._began_at = why, now
            self._until_at = now + seconds
            begun = None if sight is None or sight.kind == "window" else self._begun.get(sight.thing)
            if begun is not None:
                self._begun[begun.sight.thing] = begun._replace(waited=True)
            since_at = self._began_at if begun is None else min(self._began_at, begun.since_at)
            expected = self._expected(seconds, sight, begun, now - since_at)
            counted = "" if sight is None else _counted(sight)
        self._watch.wait(Wait(why, max(now - since_at, 0.0), seconds, expected, counted))

    def _begin(self, sight: Sight, now: float) -> None:
        before = self._begun.get(sight.thing)
        if before is not None and before.sight.kind == sight.kind:
            return
        if sight.kind == "index":  # the table itself is there
            self._end(sight._replace(state="ACTIVE"), now)
        self._begun[sight.thing] = Begun(sight, now - (sight.age_s or 0.0))

    def _end(self, sight: Sight, now: float) -> None:
        """What was waited for is over: where it came to a good end, keep how long it took."""
        begun = self._begun.pop(sight.thing, None)
        if begun is None:
            return
        self._why = ""  # whoever waits for the same again waits anew
        if not begun.waited or sight.state not in DONE or self._folder is None or not self._place:
            return
        took_s = now - begun.since_at
        if took_s >= KEPT_FROM_S:
            of, kind = begun.sight.of, begun.sight.kind
            measured = Measured(kind=kind, of=of, place=self._place, seconds=round(took_s, 1), at=now)
            with suppress(OSError):  # a disk that is full ends no drill for this
                keep(self._folder, measured)

    def _expected(self, seconds: float, sight: Sight | None, begun: Begun | None, so_far_s: float) -> Expected | None:
        """By the service's own figures, else by what earlier runs measured, else by the model, else nothing."""
        if seconds >= EXACT_FROM_S:
            return Expected(so_far_s + seconds, so_far_s + seconds, "", exact=True)
        if sight is None:
            return None
        if begun is None:
            return None if sight.age_s is None else Expected(0.0, sight.age_s, BY_WINDOW)
        return _by_service(sight, begun.sight, so_far_s) or self._by_earlier(sight) or _by_model(sight)

    def _by_earlier(self, sight: Sight) -> Expected | None:
        if self._folder is None:
            return None
        if (sight.kind, sight.of) not in self._earlier:
            found = expected_by(self._folder, sight.kind, sight.of, self._place)
            self._earlier[sight.kind, sight.of] = found
        return self._earlier[sight.kind, sight.of]


def _is_of(sight: Sight, why: str) -> bool:
    """Whether a wait may be for what was seen: of work under way, or of the window where that is waited for."""
    return sight.under_way and (sight.kind == "window") is (why == UNTIL_RESTORABLE)


def _by_service(sight: Sight, first: Sight, so_far_s: float) -> Expected | None:
    """By the time that the service expects it to take, else by how fast its percentage grows.

    Where the service does not say when it began, only what was added since it was first seen tells how fast that is.
    """
    if sight.takes_s:
        return Expected(sight.takes_s, sight.takes_s, BY_SERVICE)
    percent = sight.percent or 0.0
    added = percent - (0.0 if sight.age_s is not None else first.percent or 0.0)
    if added < PERCENT_FROM or so_far_s <= 0:
        return None
    whole_s = so_far_s + (100.0 - percent) * so_far_s / added
    return Expected(whole_s, whole_s, BY_PERCENTAGE)


def _by_model(sight: Sight) -> Expected | None:
    found = likely(sight.kind, sight.load or NOTHING)
    return None if found is None else Expected(*found, BY_MODEL)


def _counted(sight: Sight) -> str:
    percent = "" if sight.percent is None else f"{sight.percent:g} % by the service"
    return ", ".join(part for part in (sight.counted, percent) if part)
