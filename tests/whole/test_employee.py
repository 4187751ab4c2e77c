"""A whole drill of the table `employee`: made with its values, protected by the API, restored with its capacity."""

from typing import Any

import orjson
from dynadrill.drills.store import read_record
from dynadrill.drills.verdict import Outcome


def test_capacity_and_recovery_come_back(drill: Any) -> None:
    """S4-04, S2-06, S4-10: RCU 10, WCU 20, key employeeId, and recovery switched on by the API, before and after."""
    ran = drill("payroll_script", items=100, recovery=None)
    assert ran.judgement.verdict is Outcome.PASS, ran.judgement.because
    calls = [orjson.loads(line) for line in ran.folder.calls.read_bytes().splitlines()]
    made = next(call["parameters"] for call in calls if call["operation"] == "CreateTable")
    assert made["KeySchema"] == [{"AttributeName": "employeeId", "KeyType": "HASH"}]
    assert made["ProvisionedThroughput"] == {"ReadCapacityUnits": 10, "WriteCapacityUnits": 20}
    record = read_record(ran.folder)
    assert record.settings_before is not None
    assert record.settings_before.capacity == {"table": (10, 20)}
    assert record.settings_before.recovery_period_days == 35
    assert record.settings_after == record.settings_before
    switched_on = [call["parameters"] for call in calls if call["operation"] == "UpdateContinuousBackups"]
    wanted = {record.tables.source, record.tables.restored}
    on = [each for each in switched_on if each["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"]]
    assert {each["TableName"] for each in on} == wanted
    assert ran.judgement.leftovers == []
