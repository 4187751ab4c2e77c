"""Where DynamoDB Local may answer a drawn request otherwise, because AWS does, by which source."""

import re
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from .agreement import Answer
from .requests_drawn import Request

VALIDATION = "ValidationException"
CANCELLED = "TransactionCanceledException"


class Excuse(NamedTuple):
    """One way in which DynamoDB Local differs from AWS.

    Args:
        aws: what AWS does, and by which source.
        holds: whether a request and the machine's and DynamoDB Local's answers are a case of it.
    """

    aws: str
    holds: Callable[[Request, Answer, Answer], bool]


def _same_item_twice(_: Request, machine: Answer, local: Answer) -> bool:
    return "multiple operations on one item" in machine.text and bool(local.refusal)


def _same_number_twice(request: Request, machine: Answer, _: Answer) -> bool:
    twice = "contains duplicates" in machine.text or "multiple operations on one item" in machine.text
    return twice and "1.0" in repr(request.members)


def _key_attribute(_: Request, machine: Answer, local: Answer) -> bool:
    return "This attribute is part of the key" in machine.text and bool(local.refusal)


def _update_in_transaction(request: Request, machine: Answer, local: Answer) -> bool:
    in_transaction = request.operation == "TransactWriteItems" and machine.refusal == CANCELLED
    return in_transaction and "ValidationError" in machine.says and bool(local.refusal)


def _key_in_transaction(request: Request, machine: Answer, local: Answer) -> bool:
    refusals = {machine.refusal, local.refusal}
    return request.operation == "TransactGetItems" and refusals <= {VALIDATION, CANCELLED}


def _index_key(_: Request, machine: Answer, __: Answer) -> bool:
    of_an_update = "attempted to update the secondary index key to unsupported type" in machine.text
    return of_an_update or "Type mismatch for Index Key" in machine.text


def _end_of_one_item(request: Request, machine: Answer, local: Answer) -> bool:
    if request.operation != "Query" or machine.refusal or local.refusal:
        return False
    without = {name: value for name, value in machine.says.items() if name != "LastEvaluatedKey"}
    return request.members.get("Limit") == 1 and bool(without == local.says)


def _shown_of_a_list(request: Request, machine: Answer, local: Answer) -> bool:
    shown = str(request.members.get("ReturnValues", "")).startswith("UPDATED_")
    return shown and "[" in request.members.get("UpdateExpression", "") and not (machine.refusal or local.refusal)


def _shown_of_an_unchanged_path(request: Request, machine: Answer, local: Answer) -> bool:
    shown = request.members.get("ReturnValues") in {"UPDATED_OLD", "UPDATED_NEW"}
    if not shown or machine.refusal or local.refusal or "Attributes" not in local.says:
        return False
    found, expected = machine.says.get("Attributes", {}), local.says["Attributes"]
    return found.keys() == expected.keys() and _part_of({"M": found}, {"M": expected})


def _part_of(part: Any, whole: Any) -> bool:
    """Whether a typed value is another with some of the members of its maps left out."""
    if "M" not in part or "M" not in whole:
        return bool(part == whole)
    return all(name in whole["M"] and _part_of(value, whole["M"][name]) for name, value in part["M"].items())


EXCUSES: Final = (
    Excuse(
        "two operations on one item are a ValidationException (API Reference, TransactWriteItems)",
        _same_item_twice,
    ),
    Excuse("1 and 1.0 are one number, so one key (Developer Guide, Data types)", _same_number_twice),
    Excuse(
        "an update of a key attribute is refused whatever the condition (API Reference, UpdateItem)",
        _key_attribute,
    ),
    Excuse(
        "an update that does not fit is a ValidationError among the reasons (API Reference, TransactWriteItems)",
        _update_in_transaction,
    ),
    Excuse("a key that does not fit is refused; the sources leave open by which name", _key_in_transaction),
    Excuse("an index key is of its type in updates too (Developer Guide, Global secondary indexes)", _index_key),
    Excuse("what UPDATED_OLD and UPDATED_NEW show of a list's places is documented nowhere", _shown_of_a_list),
    Excuse(
        "of a map's place that was set to what it held, UPDATED_NEW shows that place (API Reference, UpdateItem: only "
        "the updated attributes); DynamoDB Local shows the whole map",
        _shown_of_an_unchanged_path,
    ),
    Excuse("a page may point behind the last item (API Reference, Query, LastEvaluatedKey)", _end_of_one_item),
)


def excused(request: Request, machine: Answer, local: Answer) -> bool:
    """Whether a disagreement is one of these."""
    return any(excuse.holds(request, machine, local) for excuse in EXCUSES)


MAKES = re.compile(r"\b(SET|ADD)\b")


def takes_away(request: Request) -> list[dict[str, Any]]:
    """The keys of updates that only remove and delete.

    Where there is no item, AWS has nothing happen (API Reference, AttributeUpdates: DELETE of no item); DynamoDB Local
    makes one of the bare key, or refuses the path. What follows could not be compared.
    """
    steps = request.members.get("TransactItems", [])
    updates = [step["Update"] for step in steps if "Update" in step]
    if request.operation == "UpdateItem":
        updates.append(request.members)
    return [update["Key"] for update in updates if not MAKES.search(update["UpdateExpression"])]
