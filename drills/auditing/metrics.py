"""An audit as metrics: CloudWatch's embedded metric format, a line a table, to raise alarms by.

Whatever prints these lines in a Lambda function, or sends them to CloudWatch Logs, makes the metrics (CloudWatch User
Guide, "Embedding metrics within logs"). AWS has no metric of its own for point-in-time recovery being switched off.
"""

import json
from typing import Any

from .audit import Audit, TableAudit
from .rule import Answer

NAMESPACE = "dynadrill"
RECOVERY_OFF = "PointInTimeRecoveryOff"
RECOVERY_RULE = "DD001"


def to_metrics(audit: Audit) -> str:
    """A line of JSON a table. What is unknown has no value: an alarm should treat missing data as breaching."""
    return "".join(json.dumps(_line(table, audit)) + "\n" for table in audit.tables)


def _line(table: TableAudit, audit: Audit) -> dict[str, Any]:
    own = [each for each in audit.findings if (each.region, each.table) == (table.region, table.table)]
    counted = [each for each in own if not each.accepted]
    values: dict[str, int] = {
        "Findings": sum(each.answer is Answer.FOUND for each in counted),
        "Unknown": sum(each.answer is Answer.UNKNOWN for each in counted),
    }
    recovery = next((each.answer for each in own if each.rule == RECOVERY_RULE), Answer.FINE)
    if recovery is not Answer.UNKNOWN:
        values[RECOVERY_OFF] = int(recovery is Answer.FOUND)
    metrics = [{"Name": name, "Unit": "Count"} for name in values]
    described = {"Namespace": NAMESPACE, "Dimensions": [["TableName", "Region"]], "Metrics": metrics}
    return {
        "_aws": {"Timestamp": round(audit.at * 1000), "CloudWatchMetrics": [described]},
        "TableName": table.table,
        "Region": table.region,
        **values,
    }
