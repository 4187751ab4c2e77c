"""TransactWriteItems: up to 100 items, all or none, at one instant; a token makes repeating it harmless."""

from collections.abc import Callable, Sequence
from functools import partial
from hashlib import blake2b
from typing import Any, TypeAlias

import orjson

from .attributes import Attributes
from .backend import Request, Token
from .blueprint import Shape
from .capacity import Units, spent_each, wanted, write_cost
from .changelog import Version
from .errors import AwsError, SchemaMismatchError, invalid, null_member, unfit, wrong_length
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
REASONS = {"ConditionalCheckFailedException": "ConditionalCheckFailed", "DuplicateItemException": "DuplicateItem"}
"""How a cancelled transaction names a refusal; all others are a ValidationError."""


def transact_write_items(request: Request) -> bytes:
    """TransactWriteItems."""
    steps = need_structures(request.body, "TransactItems")
    if not 1 <= len(steps) <= MOST_IN_TRANSACTION:
        raise wrong_length("transactItems", MOST_IN_TRANSACTION)
    writes = planned([partial(_step, request, step, place) for place, step in enumerate(steps, 1)])
    for write in writes:
        refuse_collection_metrics(request.body, write.table)
    return joined(done(request, writes, steps))


def done(request: Request, writes: Sequence[Written], steps: Sequence[Shape]) -> list[tuple[str, bytes]]:
    """Do all the writes or none, once for each token; what they cost, where it is asked for.

    Args:
        request: what asked for them.
        writes: one for each key.
        steps: as they were asked for, to tell requests with one token apart.

    Raises:
        AwsError: a key is named twice; TransactionCanceledException; IdempotentParameterMismatchException.
    """
    token = _token(request.body)
    asked = blake2b(orjson.dumps(steps, option=orjson.OPT_SORT_KEYS), digest_size=16).digest() if token else b""
    if len({(write.table, write.key) for write in writes}) != len(writes):
        raise invalid("Transaction request cannot include multiple operations on one item")
    with request.journal.unit(is_transaction=True):
        if token and _done_already(request, token, asked):
            outcomes = [_unchanged(write) for write in writes]
        else:
            outcomes = _outcomes(request, writes)
            if token:
                request.backend.tokens[token] = Token(asked, request.journal.now())
    if not wanted(request.body):
        return []
    units: dict[str, Units] = {}
    for write, (old, new) in zip(writes, outcomes, strict=True):
        cost = write_cost(write.table, old, new).times(2)
        units[write.table.name] = units.get(write.table.name, Units()).plus(cost)
    return spent_each(request.body, units, "Write")


def _token(body: Shape) -> str | None:
    token = optional(body, "ClientRequestToken", str)
    if token is not None and len(token) > LONGEST_TOKEN:
        raise unfit("clientRequestToken", f"have length less than or equal to {LONGEST_TOKEN}", token)
    return token


def planned(steps: Sequence[Callable[[], Written]]) -> list[Written]:
    """What each step writes.

    Raises:
        AwsError: one is malformed; or TransactionCanceledException where an item does not fit the table's keys.
    """
    writes: list[Written] = []
    reasons: list[Shape] = []
    for step in steps:
        try:
            writes.append(step())
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
        raise null_member(member)
    return VERBS[kind](request, members)._replace(only_checks=kind == "ConditionCheck")


def _unchanged(write: Written) -> Outcome:
    found = write.table.rows.get(write.key)
    return found, found


def _outcomes(request: Request, writes: Sequence[Written]) -> list[Outcome]:
    """What each step found and leaves, staged.

    Raises:
        AwsError: TransactionCanceledException, with a reason for each step.
    """
    outcomes: list[Outcome] = []
    reasons: list[Shape] = []
    for write in writes:
        old = write.table.rows.get(write.key)
        item: Attributes = {} if old is None else orjson.loads(old.wire or b"{}")
        try:
            _, new = write.outcome(item)
        except AwsError as error:
            reasons.append(_reason(error))
            continue
        reasons.append({"Code": "None"})
        if write.only_checks:
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
    return {"Code": REASONS.get(error.name, "ValidationError"), "Message": error.message, **error.details}


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
