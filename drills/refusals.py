"""What it means that a call of a recovery failed: it was refused, or nobody knows."""

from botocore.exceptions import BotoCoreError, ClientError

from .drill import Drill
from .errors import RecoveryFailedError
from .table_settings import error_code, error_message

THROTTLED = frozenset({"ThrottlingException", "RequestLimitExceeded", "ProvisionedThroughputExceededException"})


def explained(drill: Drill, error: ClientError | BotoCoreError) -> Exception:
    """Refused, or in need of a Region that is lost, the recovery has failed; any other error stays what it is."""
    found = refused(error) if isinstance(error, ClientError) else error
    if found is error and drill.target.world is not None and (lost := drill.target.world.lost_regions()):
        return RecoveryFailedError(
            f"the recovery needs {lost[0]}, which is lost: {error}",
            "What is kept in one Region is lost with it: keep a copy, or a replica, in another.",
        )
    return found


def refused(error: ClientError) -> Exception:
    """Refused, the recovery has failed; where the target had no answer (5xx), or throttled to the end, nobody knows."""
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if not 400 <= status < 500 or error_code(error) in THROTTLED:
        return error
    return RecoveryFailedError(f"{error.operation_name} was refused: {error_code(error)}: {error_message(error)}")
