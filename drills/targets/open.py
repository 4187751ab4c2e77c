"""Opening a target by the name that a user gave it."""

from pathlib import Path
from typing import Literal

from ..errors import UsageError
from ..target import Target
from .clocks import OnJump

Pace = Literal["real", "virtual"]


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
) -> Target:
    """Open a target; whoever does has to close it.

    Args:
        name: `embedded`, `http://HOST:PORT` (or https), or `aws:REGION`.
        run_id: begins, by `table_prefix`, the name of everything that is created.
        folder: the run's folder: the call log, the clock's file and the server's log are in it.
        pace: real, or virtual, where an embedded target's time is the drill's own.
        starts_at: where virtual time begins, epoch seconds.
        seed: for what the time machine leaves to chance.
        on_jump: told of each move of a clock: from_at, to_at, why.
        may_restore_from: foreign tables and backups that a restore may read, by name or ARN.
        region: the home Region of an embedded target, where the story has one; others have their own.

    Raises:
        UsageError: the name says no target, or nobody answers there.
    """
    if name == "embedded":
        from . import embedded  # noqa: PLC0415 - each target brings imports that the others do without

        home = region or embedded.REGION
        if pace == "virtual":
            return embedded.within(
                run_id=run_id, folder=folder, seed=seed, starts_at=starts_at, on_jump=on_jump, region=home
            )
        return embedded.serving(run_id=run_id, folder=folder, seed=seed, on_jump=on_jump, region=home)
    if name.startswith(("http://", "https://")):
        from .endpoint import EndpointTarget  # noqa: PLC0415

        return EndpointTarget(name, run_id=run_id, folder=folder, may_restore_from=may_restore_from)
    if name.startswith("aws:"):
        from .aws import AwsTarget  # noqa: PLC0415

        return AwsTarget(name[4:], run_id=run_id, folder=folder, may_restore_from=may_restore_from)
    raise UsageError(
        f"{name!r} is no target",
        "Write embedded, the address of an endpoint (http://127.0.0.1:8000), or aws:REGION (aws:eu-west-1).",
    )
