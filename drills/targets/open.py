"""Opening a target by the name that a user gave it."""

import os
from pathlib import Path
from typing import Literal, Protocol

from ..config.reading import read_config
from ..errors import UsageError
from ..target import Target
from .clocks import OnJump
from .terms import Terms

Pace = Literal["real", "virtual"]


class Opening(Protocol):
    """Opens a target, as `open_target` does."""

    def __call__(  # noqa: PLR0913 - each is told apart by its name
        self,
        name: str,
        *,
        run_id: str,
        folder: Path,
        pace: Pace,
        starts_at: float,
        seed: int,
        on_jump: OnJump,
        may_restore_from: frozenset[str] = frozenset(),
        region: str | None = None,
        terms: Terms | None = None,
    ) -> Target:
        """Open it; whoever does has to close it."""
        ...


def open_target(  # noqa: PLR0913 - each is told apart by its name
    name: str,
    *,
    run_id: str,
    folder: Path,
    pace: Pace,
    starts_at: float,
    seed: int,
    on_jump: OnJump,
    may_restore_from: frozenset[str] = frozenset(),
    region: str | None = None,
    terms: Terms | None = None,
) -> Target:
    """Open a target; whoever does has to close it.

    Args:
        name: `embedded`, `http://HOST:PORT` (or https), or `aws:REGION`, which is AWS unless boto3 is configured with
            another address: AWS_ENDPOINT_URL and its like.
        run_id: begins, by `table_prefix`, the name of everything that is created.
        folder: the run's folder: the call log, the clock's file and the server's log are in it.
        pace: real, or virtual, where an embedded target's time is the drill's own.
        starts_at: where virtual time begins, epoch seconds.
        seed: for what the time machine leaves to chance.
        on_jump: told of each move of a clock: from_at, to_at, why.
        may_restore_from: foreign tables and backups that a restore may read, by name or ARN.
        region: the home Region of an embedded target, where the story has one; others have their own.

        terms: what the run may reach, and how what it makes is tagged; left out, the configuration in force.

    Raises:
        UsageError: the name says no target, or nobody answers there.
        RefusedError: the account or the Region is not among those that the configuration allows.
    """
    if name == "embedded":
        from . import embedded  # noqa: PLC0415 - each target brings imports that the others do without

        home = region or embedded.REGION
        if pace == "virtual":
            return embedded.within(
                run_id=run_id, folder=folder, seed=seed, starts_at=starts_at, on_jump=on_jump, region=home
            )
        return embedded.serving(run_id=run_id, folder=folder, seed=seed, on_jump=on_jump, region=home)
    from .remote import Asked, open_address, open_region  # noqa: PLC0415

    terms = terms or Terms(read_config(os.environ, Path.cwd()))
    asked = Asked(name, run_id, folder, pace, on_jump, may_restore_from, terms)
    if name.startswith(("http://", "https://")):
        return open_address(asked)
    if name.startswith("aws:"):
        return open_region(asked)
    raise UsageError(
        f"{name!r} is no target",
        "Write embedded, the address of an endpoint (http://127.0.0.1:8000), or aws:REGION (aws:eu-west-1).",
    )
