"""Looking at a restored table, whoever restored it: its settings, its items, its indexes, and the person's own command.

Of the settings that a restore drops those are put back that stay within the copy. The others are left out, each for a
reason: a copy that is about to be deleted is protected by nothing, and nobody else is to notice it.
"""

import os
import shlex
import shutil
import subprocess
from collections.abc import Mapping

from ..beside_reading import clients_beside
from ..errors import BudgetError, DrillError
from ..indexes import IndexDefinition, definitions, disagreements
from ..runrecord import SettingsRecord, settings_record
from ..settings import Settings
from ..settings_reading import read_settings
from ..snapshots.folder import StoredSnapshot
from ..snapshots.reading import read_table
from ..table_settings import STANDARD, put_settings_on
from .copies import counted, reading, segments
from .record import DefinitionRecord, IndexRecord, SmokeRecord
from .stored_items import items_of
from .work import Work

PUT_BACK = ("stream_view", "table_class", "contributor_insights")
"""The settings that stay within the copy."""

LEFT_OUT: Mapping[str, str] = {
    "recovery_period_days": "of a table that is deleted with it, DynamoDB keeps a backup for 35 days",
    "deletion_protection": "the copy is about to be deleted",
    "ttl_attribute": "it would delete items of the copy while they are looked at",
    "tags": "backup plans and policies that go by tags would take the copy for the table",
    "resource_policy": "it would let others into the copy",
    "kinesis_destinations": "changes of the copy would reach those who read the stream",
    "replicas": "each would be one more whole copy",
    "warm_throughput": "raising it is billed",
    "auto_scaling_policies": "nobody uses the copy",
    "cloudwatch_alarms": "they would watch a copy that is about to be deleted",
}
ELSEWHERE: Mapping[str, str] = {
    "encryption": "a restore into another Region chooses a key there, and the copy has DynamoDB's own",
}
"""What is left out beside in another Region."""

NOT_OURS = "somebody else restored the table, who puts nothing back"
KEY_OF_TEST = "a restore test chooses the key: DynamoDB's own, unless its selection says otherwise"
MARK_OF_TEST = "awsbackup-restore-test"
"""The tag by which AWS Backup finds what to delete after a test (AWS Backup Developer Guide, "Restore testing")."""

LAG_BOUND_S = 60.0
"""How long a global index gets to follow its table, which nobody writes."""
LAG_POLL_S = 1.0
SMOKE_WITHIN_S = 600.0
"""Real seconds."""


def put_back_settings(work: Work) -> None:
    """Put back what stays within the copy, and read what it then has; what somebody else restored is only read."""
    control = work.target.control(work.restored_region)
    before, found = work.source.settings, _settings(work)
    if work.given is not None:
        left_out = {**dict.fromkeys([*LEFT_OUT, *PUT_BACK], NOT_OURS), "encryption": KEY_OF_TEST}
        tags = {name: value for name, value in found.tags.items() if name != MARK_OF_TEST}
        work.recording.change(left_out=left_out, settings_after=found.model_copy(update={"tags": tags}))
        return
    wanted = [name for name in PUT_BACK if _off(getattr(found, name), name) and not _off(getattr(before, name), name)]
    put_settings_on(control, work.restored, Settings(**{name: getattr(before, name) for name in wanted}), work.clock)
    left_out = {**LEFT_OUT, **(ELSEWHERE if work.elsewhere else {})}
    work.recording.change(put_back=tuple(wanted), left_out=left_out, settings_after=_settings(work))


def _settings(work: Work) -> SettingsRecord:
    region = work.restored_region
    beside = clients_beside(work.target, region)
    return settings_record(read_settings(work.target.control(region), work.restored, beside))


def read_restored(work: Work) -> StoredSnapshot:
    """Read the restored table into the run folder.

    Raises:
        UnverifiableError: it could not be read to its end.
    """
    table = work.target.reader(work.restored, work.restored_region, connections=segments(work))
    try:
        return read_table(table, work.folder.restored, work.clock, reading(work), counted(work))
    finally:
        table.close()


def read_indexes(work: Work, stored: StoredSnapshot) -> None:
    """Read each index of the restored table, until it agrees with its items or its time is up."""
    control = work.target.control(work.restored_region)
    described = control.describe_table(TableName=work.restored)["Table"]
    found = definitions(described)
    work.recording.change(indexes=tuple(_read_index(work, stored, number, index) for number, index in enumerate(found)))


def _read_index(work: Work, stored: StoredSnapshot, number: int, index: IndexDefinition) -> IndexRecord:
    began_at, readings = work.clock.now(), 0
    while True:
        readings += 1
        into = work.folder.index(number)
        shutil.rmtree(into, ignore_errors=True)
        record = IndexRecord(definition=DefinitionRecord.of(index), path=into.name, readings=readings)
        table = None
        try:
            table = work.target.reader(f"{work.restored}/index/{index.name}", work.restored_region, segments(work))
            entries = read_table(table, into, work.clock, reading(work))
        except BudgetError:
            raise
        except DrillError as error:
            return record.model_copy(update={"fault": error.message})
        finally:
            if table is not None:
                table.close()
        wrong = disagreements(items_of(stored), items_of(entries), index, work.source.key_attributes)
        if not wrong or not index.is_global or work.clock.now() - began_at > LAG_BOUND_S:
            return record
        work.clock.wait(LAG_POLL_S, f"until index {index.name} agrees with its table")


def _off(value: object, name: str) -> bool:
    return not value or (name == "table_class" and value == STANDARD)


def try_smoke(work: Work) -> None:
    """Run the person's own command against the restored table; what it says is kept in the run folder."""
    command = work.check.smoke
    if command is None:
        return
    url = work.target.connection.endpoint_url if work.target.connection is not None else None
    named = {"{table}": work.restored, "{region}": work.restored_region, "{endpoint}": url or ""}
    words = shlex.split(command)
    for name, found in named.items():
        words = [word.replace(name, found) for word in words]
    environment = {**os.environ, "AWS_REGION": work.restored_region, "AWS_DEFAULT_REGION": work.restored_region}
    if url is not None:
        environment["AWS_ENDPOINT_URL"] = url
    exit_code, fault = None, ""
    handle = os.open(work.folder.smoke, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as said:
        try:
            done = subprocess.run(  # noqa: S603 -- the person's own command, and no shell
                words, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT, env=environment,
                timeout=SMOKE_WITHIN_S, check=False,
            )  # fmt: skip
            exit_code = done.returncode
        except subprocess.TimeoutExpired:
            fault = f"it had not ended after {SMOKE_WITHIN_S / 60:g} min"
        except OSError as error:
            fault = f"it could not be started: {error.strerror}"
    work.recording.change(smoke=SmokeRecord(command=command, exit_code=exit_code, fault=fault))
