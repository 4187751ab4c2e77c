"""Rules about what watches and scales a table, and about drills; what names a table that is not there is a Region's."""

from collections.abc import Sequence

from ..quantities import format_duration
from .facts import RegionSeen, TableSeen
from .rule import FINE, Expected, Rule, Said, Severity, Wanted, command, found, not_applicable, unknown


def _alarm(table: TableSeen, here: RegionSeen, wanted: Wanted) -> Said:
    if Expected.ALARM not in wanted.expected:
        return not_applicable("nobody said that the table needs an alarm (--expect alarm)")
    if here.alarms is None:
        return unknown(f"alarms: {here.unseen.get('alarms', '')}")
    if any(alarm.table == table.name for alarm in here.alarms):
        return FINE
    return found(
        "no CloudWatch alarm names the table; after a restore they still name the old one",
        command(table, f"cloudwatch put-metric-alarm --dimensions Name=TableName,Value={table.name} …"),
    )


def _scaling(table: TableSeen, here: RegionSeen, _wanted: Wanted) -> Said:
    if table.provisioned is None:
        return unknown(table.why_unseen("status"))
    if not table.provisioned:
        return not_applicable("the table is billed on demand, where nothing is to be scaled")
    if here.scaled is None:
        return unknown(f"auto scaling: {here.unseen.get('scaled', '')}")
    if any(each.table == table.name and each.policies for each in here.scaled):
        return FINE
    return found(
        "its capacity is provisioned, and no auto scaling policy names it; a restore does not bring one back",
        command(
            table,
            "application-autoscaling register-scalable-target --service-namespace dynamodb --resource-id"
            f" table/{table.name} --scalable-dimension dynamodb:table:WriteCapacityUnits"
            " --min-capacity … --max-capacity …",
        ),
    )


def _drill(_table: TableSeen, _here: RegionSeen, wanted: Wanted) -> Said:
    if not wanted.drills_read:
        return not_applicable("no drills were looked at (--drills FOLDER)")
    fix = "dynadrill run SCENARIO, and nightly: docs/ci.md"
    if wanted.drilled_ago_s is None:
        return found("no drill ever passed", fix)
    if wanted.drilled_ago_s <= wanted.drill_age_s:
        return FINE
    return found(
        f"the last drill that passed, {wanted.drill}, was {format_duration(wanted.drilled_ago_s)} ago;"
        f" {format_duration(wanted.drill_age_s)} are allowed",
        fix,
    )


RULES = (
    Rule("DD015", "alarm-missing", Severity.MEDIUM, "No alarm watches the table",
         "A restore does not copy alarms: they go on watching a table that nobody uses.", _alarm),
    Rule("DD016", "scaling-missing", Severity.MEDIUM, "Provisioned capacity without auto scaling",
         "A restore does not copy auto scaling policies, and a restored table is throttled sooner.", _scaling),
    Rule("DD017", "drill-too-old", Severity.MEDIUM, "Nobody has drilled lately",
         "A recovery that nobody has tried lately is a hope.", _drill),
)  # fmt: skip
"""In the order in which they are told."""


def _names_missing(what: str, named: Sequence[tuple[str, str]], here: RegionSeen, fix: str) -> Said:
    """What names a table that is not there."""
    assert here.tables is not None, "asked before"
    gone = [(name, table) for name, table in named if table not in here.tables]
    if not gone:
        return FINE
    shown = ", ".join(f"{name} (names {table})" for name, table in sorted(set(gone)))
    return found(f"{what} that name a table which is not there: {shown}", fix)


def _unlisted(here: RegionSeen) -> str:
    """Why nobody knows which tables there are: said before all else, since then none was looked at by --all."""
    return "" if here.tables is not None else f"which tables there are: {here.unseen.get('tables', '')}"


def _alarms_gone(_table: TableSeen, here: RegionSeen, _wanted: Wanted) -> Said:
    if why := _unlisted(here):
        return unknown(why)
    if here.alarms is None:
        return unknown(f"alarms: {here.unseen.get('alarms', '')}")
    named = [(alarm.name, alarm.table) for alarm in here.alarms]
    fix = "aws cloudwatch put-metric-alarm with the new table's name, or delete-alarms"
    return _names_missing("CloudWatch alarms", named, here, f"{fix} --region {here.region}")


def _scaling_gone(_table: TableSeen, here: RegionSeen, _wanted: Wanted) -> Said:
    if why := _unlisted(here):
        return unknown(why)
    if here.scaled is None:
        return unknown(f"auto scaling: {here.unseen.get('scaled', '')}")
    named = [(each.resource, each.table) for each in here.scaled]
    fix = (
        "aws application-autoscaling register-scalable-target for the new table, deregister-scalable-target for the old"
    )
    return _names_missing("scalable targets", named, here, f"{fix} --region {here.region}")


def _table_of(stream_arn: str) -> str:
    return stream_arn.partition(":table/")[2].partition("/")[0]


def _consumers_gone(_table: TableSeen, here: RegionSeen, _wanted: Wanted) -> Said:
    if why := _unlisted(here):
        return unknown(why)
    if here.consumers is None:
        return unknown(f"functions that read streams: {here.unseen.get('consumers', '')}")
    named = [(each.function, _table_of(each.stream_arn)) for each in here.consumers]
    fix = "aws lambda create-event-source-mapping for the new table's stream, delete-event-source-mapping for the old"
    return _names_missing("functions that read the stream", named, here, f"{fix} --region {here.region}")


REGION_RULES = (
    Rule("DD020", "alarm-names-missing-table", Severity.HIGH, "An alarm still names a table that is gone",
         "It watches nothing, and looks as if somebody watched.", _alarms_gone),
    Rule("DD021", "scaling-names-missing-table", Severity.MEDIUM, "Auto scaling still names a table that is gone",
         "The table that stands in for it is not scaled.", _scaling_gone),
    Rule("DD022", "consumer-of-missing-table", Severity.MEDIUM, "A function reads the stream of a table that is gone",
         "Its work is no longer done, and nothing fails.", _consumers_gone),
)  # fmt: skip
"""Of a Region and not of one table."""
