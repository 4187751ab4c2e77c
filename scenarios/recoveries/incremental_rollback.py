"""Recovery: take bad writes back in place, with the old images of an incremental export."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import floor
from typing import Any

import orjson

from ...drills.backups.exports import Changed, changes, export, open_bucket
from ...drills.backups.window import await_window
from ...drills.costs.estimate import Usage, Use, point_in_time_month
from ...drills.errors import RecoveryFailedError
from ...drills.marks import Mark
from ...drills.promise import Method, PromiseKind
from ...drills.recovery import Recovered, RecoveryTools
from ...drills.table_settings import switch_recovery_on
from ...drills.target import Capability
from ...drills.values import Change, Item, canonical, key_of

SHORTEST_S, LONGEST_S = 900.0, 86_400.0
"""What an incremental export may cover (Developer Guide, "Requesting a table export")."""

LIST = "rollback.jsonl"
ATTEMPTS = 4
REFUSED = "ConditionalCheckFailedException"


@dataclass(frozen=True)
class IncrementalRollback:
    """Export what changed since the bad job began, with the old images, and write those back into the live table.

    Protects from bad writes whose keys are known: from the job's own log, or from a marker in everything it wrote.
    Users keep the table they have, and all that they wrote to other keys. Each old image is put back on condition that
    the bad value is still there, so what users wrote over it since stays. `rollback.jsonl` in the recovery's folder
    lists every key: written back, skipped, or left open, and why.

    Its boundary: an export begins at a whole second, and holds one old image for each key. What users wrote to a
    damaged key between that second and the bad write is lost; on AWS the clock of exports may be a minute off. That a
    user deleted a key after the job had deleted it shows nowhere: such a key comes back. What users made of a damaged
    item is in no log of the job, and left as it is. An export covers 15 minutes
    at least, and ends only when those are over: the sooner the damage is noticed, the longer the wait.
    """

    needs: tuple[Capability, ...] = (Capability.POINT_IN_TIME, Capability.EXPORT_TO_S3)
    promise: PromiseKind = PromiseKind.UNDO
    method: Method | None = None

    def arm(self, tools: RecoveryTools) -> None:
        """Make a bucket, and switch point-in-time recovery on."""
        open_bucket(tools)
        switch_recovery_on(tools.control, tools.table)

    def monthly(self, usage: Usage) -> Sequence[Use]:
        """A month of point-in-time recovery; exports are paid for when they are made."""
        return [point_in_time_month(usage.size, usage.region)]

    def recover(self, tools: RecoveryTools) -> Recovered:
        """Export the time since the first bad write, and write back what the bad job changed."""
        if tools.clue is None or tools.clue.first_bad_at is None or not (tools.clue.log or tools.clue.marker):
            raise RecoveryFailedError(
                "bad writes cannot be told from good ones: nothing says when they began, and which they are",
                "It takes the bad job's log, or a marker in what it wrote; else go back with --recovery point_in_time.",
            )
        tools.mark(Mark.DECIDED)
        from_at = float(floor(tools.clue.first_bad_at))
        to_at = min(max(float(floor(tools.clock.now())), from_at + SHORTEST_S), from_at + LONGEST_S)
        tools.clock.wait(to_at - tools.clock.now(), "until the shortest time that can be exported is over")
        await_window(tools, to_at)
        specification = {
            "ExportFromTime": datetime.fromtimestamp(from_at, UTC),
            "ExportToTime": datetime.fromtimestamp(to_at, UTC),
            "ExportViewType": "NEW_AND_OLD_IMAGES",
        }
        described = export(tools, ExportType="INCREMENTAL_EXPORT", IncrementalExportSpecification=specification)
        counted = _roll_back(tools, described)
        tools.mark(Mark.ACTIVE)
        said = ", ".join(f"{count} {what}" for what, count in sorted(counted.items())) or "nothing to take back"
        return Recovered(None, None, f"{tools.clue.source}: of its keys {said}; see {LIST}")


def _roll_back(tools: RecoveryTools, described: dict[str, Any]) -> dict[str, int]:
    """Write back what the bad job changed; answers how many keys came to which end."""
    counted: dict[str, int] = {}
    tools.folder.mkdir(parents=True, exist_ok=True)
    tools.progress("writing old images back")
    with (tools.folder / LIST).open("wb") as listed:
        for changed, bad in _damaged(tools, changes(tools, described)):
            done, because = _take_back(tools, changed, bad)
            counted[done] = counted.get(done, 0) + 1
            line = {"key": changed.keys, "done": done, "because": because}
            listed.write(orjson.dumps(line) + b"\n")
    return counted


def _damaged(tools: RecoveryTools, changed: Iterator[Changed]) -> Iterator[tuple[Changed, Item | None]]:
    """The keys that the bad job wrote, each with the last value that it left there."""
    assert tools.clue is not None
    logged = {change.key: change.value for change in tools.clue.log}
    marker = tools.clue.marker
    for each in changed:
        key = key_of(each.keys, tools.key_attributes)
        if key in logged:
            yield each, logged[key]
        elif marker and each.new and all(each.new.get(name) == value for name, value in marker.items()):
            yield each, each.new


def _take_back(tools: RecoveryTools, changed: Changed, bad: Item | None) -> tuple[str, str]:
    """Put one key's old image back where the bad value still is; what came of it, and why."""
    if _same(changed.new, changed.old):
        return "left alone", "it was the same before and after"
    if not _same(changed.new, bad):
        return "skipped", "somebody wrote it since, or the bad write never came"
    change = Change(key_of(changed.keys, tools.key_attributes), changed.old)
    error = ""
    for _ in range(ATTEMPTS):
        performed = tools.write_if(tools.table, change, _still(bad, tools.key_attributes))
        if performed.acknowledged:
            return "written back", ""
        error = performed.error
        if error == REFUSED:
            return "skipped", "somebody wrote it since"
    return "left open", error


def _same(one: Item | None, other: Item | None) -> bool:
    return (one and canonical(one)) == (other and canonical(other))


def _still(bad: Item | None, key_attributes: tuple[str, ...]) -> Mapping[str, Any]:
    """The condition that a key still is as the bad write left it."""
    if bad is None:
        return {
            "ConditionExpression": "attribute_not_exists(#key)",
            "ExpressionAttributeNames": {"#key": key_attributes[0]},
        }
    names = [name for name in bad if name not in key_attributes] or list(key_attributes)
    return {
        "ConditionExpression": " AND ".join(f"#a{number} = :v{number}" for number in range(len(names))),
        "ExpressionAttributeNames": {f"#a{number}": name for number, name in enumerate(names)},
        "ExpressionAttributeValues": {f":v{number}": bad[name] for number, name in enumerate(names)},
    }
