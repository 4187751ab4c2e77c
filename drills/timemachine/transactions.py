"""TransactWriteItems: up to 100 items, all or none, at one instant; a token makes repeating it harmless."""

from collections.abc import Sequence
from hashlib import blake2b
from typing import Any, TypeAlias

import orjson

from .attributes import Attributes
from .backend import Request, Token
from .blueprint import Shape
from .capacity import Units, spent_each, wanted, write_cost
from .changelog import Version
from .errors import AwsError, SchemaMismatchError, invalid
from .journal import Stored
from .wire import joined, need, need_structures, optional
from .writing import Written, delete, put, refuse_collection_metrics, update

MOST_IN_TRANSACTION = 100
LARGEST_TRANSACTION = 4 * 1024 * 1024
LONGEST_TOKEN = 36
TOKEN_S = 600
"""A transaction's token is remembered for ten minutes (API reference of TransactWriteItems)."""
Outcome: TypeAlias = tuple[Version | None, Stored | Version | None]
"""What a step found and what it leaves."""
VERBS = {"ConditionCheck": delete, "Put": put, "Delete": delete, "Update": update}


def transact_write_items(request: Request) -> bytes:
    """TransactWriteItems."""
    steps = need_structures(request.body, "TransactItems")
    if not 1 <= len(steps) <= MOST_IN_TRANSACTION:
        raise invalid(
            "1 validation error detected: Value at 'transactItems' failed to satisfy constraint: Member must have "
            "length less than or equal to 100, Member must have length greater than or equal to 1"
        )
    token = _token(request.body)
    asked = blake2b(orjson.dumps(steps, option=orjson.OPT_SORT_KEYS), digest_size=16).digest() if token else b""
    writes = _steps(request, steps)
    if len({(write.table, write.key) for write in writes}) != len(writes):
        raise invalid("Transaction request cannot include multiple operations on one item")
    for write in writes:
        refuse_collection_metrics(request.body, write.table)
    with request.journal.unit(is_transaction=True):
        if token and _done_already(request, token, asked):
            outcomes = [_unchanged(write) for write in writes]
        else:
            outcomes = _outcomes(request, writes, steps)
            if token:
                request.backend.tokens[token] = Token(asked, request.journal.now())
    if not wanted(request.body):
        return b"{}"
    units: dict[str, Units] = {}
    for write, (old, new) in zip(writes, outcomes, strict=True):
        cost = write_cost(write.table, old, new).times(2)
        units[write.table.name] = units.get(write.table.name, Units()).plus(cost)
    return joined(spent_each(request.body, units, "Write"))


def _token(body: Shape) -> str | None:
    token = optional(body, "ClientRequestToken", str)
    if token is not None and len(token) > LONGEST_TOKEN:
        raise invalid(
            f"1 validation error detected: Value '{token}' at 'clientRequestToken' failed to satisfy constraint: "
            f"Member must have length less than or equal to {LONGEST_TOKEN}"
        )
    return token


def _steps(request: Request, steps: Sequence[Shape]) -> list[Written]:
    """What each step writes.

    Raises:
        AwsError: one is malformed; or TransactionCanceledException where an item does not fit the table's keys.
    """
    writes: list[Written] = []
    reasons: list[Shape] = []
    for place, step in enumerate(steps, 1):
        try:
            writes.append(_step(request, step, place))
            reasons.append({"Code": "None"})
        except SchemaMismatchError as mismatch:
            reasons.append(_reason(mismatch))
    if len(writes) < len(steps):
        raise _cancelled(reasons)
    return writes


def _step(request: Request, step: Shape, place: int) -> Written:
    kinds = [kind for kind in VERBS if kind in step]
    if len(kinds) != 1 or len(step) != 1:
        raise invalid("TransactItems can only contain one of Check, Put, Update or Delete")
    (kind,) = kinds
    members: dict[str, Any] = need(step, kind, dict)
    required = {"Update": "UpdateExpression", "ConditionCheck": "ConditionExpression"}.get(kind)
    if required is not None and members.get(required) is None:
        member = f"transactItems.{place}.member.{kind[0].lower()}{kind[1:]}.{required[0].lower()}{required[1:]}"
        raise invalid(
            f"1 validation error detected: Value null at '{member}' failed to satisfy constraint: Member must not be "
            "null"
        )
    return VERBS[kind](request, members)


def _unchanged(write: Written) -> Outcome:
    found = write.table.rows.get(write.key)
    return found, found


def _outcomes(request: Request, writes: Sequence[Written], steps: Sequence[Shape]) -> list[Outcome]:
    """What each step found and leaves, staged.

    Raises:
        AwsError: TransactionCanceledException, with a reason for each step.
    """
    outcomes: list[Outcome] = []
    reasons: list[Shape] = []
    for write, step in zip(writes, steps, strict=True):
        old = write.table.rows.get(write.key)
        item: Attributes = {} if old is None else orjson.loads(old.wire or b"{}")
        try:
            _, new = write.outcome(item)
        except AwsError as error:
            reasons.append(_reason(error))
            continue
        reasons.append({"Code": "None"})
        if "ConditionCheck" in step:
            outcomes.append((old, old))
            continue
        request.journal.stage(write.table, write.key, new)
        outcomes.append((old, new))
    if len(outcomes) < len(writes):
        raise _cancelled(reasons)
    if sum(new.size for _, new in outcomes if new is not None) > LARGEST_TRANSACTION:
        raise invalid("Transaction payload size cannot exceed 4MB")
    return outcomes


def _reason(error: AwsError) -> Shape:
    if error.name == "ConditionalCheckFailedException":
        return {"Code": "ConditionalCheckFailed", "Message": error.message, **error.details}
    return {"Code": "ValidationError", "Message": error.message}


def _cancelled(reasons: Sequence[Shape]) -> AwsError:
    codes = ", ".join(reason["Code"] for reason in reasons)
    return AwsError(
        "TransactionCanceledException",
        f"Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]",
        details={"CancellationReasons": list(reasons)},
    )


def _done_already(request: Request, token: str, asked: bytes) -> bool:
    tokens = request.backend.tokens
    now = request.journal.now()
    while tokens and now - next(iter(tokens.values())).at > TOKEN_S:  # the oldest stands first
        del tokens[next(iter(tokens))]
    if token not in tokens:
        return False
    if tokens[token].digest != asked:
        raise AwsError(
            "IdempotentParameterMismatchException",
            "The parameters of this request do not match those of an earlier one with the same ClientRequestToken",
        )
    return True
