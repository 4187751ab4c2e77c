"""How work on a target ended, from the error that it ended with."""

from collections.abc import Callable

from .errors import DrillError, GateError, RecoveryFailedError, RefusedError, UnsupportedError, UnverifiableError
from .runrecord import Ending
from .scan import ANSWERED_WRONG

ENDINGS: dict[type[Exception], str] = {
    RecoveryFailedError: "recovery_failed",
    GateError: "gate_failed",
    UnverifiableError: "unverifiable",
    RefusedError: "refused",
    UnsupportedError: "unsupported",
}


def ending_of(act: Callable[[], None], completed: str) -> Ending:
    """Do something, and say how it ended. Errors of the target that no stage has explained leave nothing to verify."""
    try:
        act()
    except DrillError as error:
        how = next((how for kind, how in ENDINGS.items() if isinstance(error, kind)), None)
        if how is None:
            raise
        return Ending.model_validate({"how": how, "because": error.message})
    except ANSWERED_WRONG as error:
        return Ending(how="unverifiable", because=f"the target stopped answering as it should: {error}")
    return Ending(how="completed", because=completed)
