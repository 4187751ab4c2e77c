"""A full export and its import: the table as of a second, out of S3."""

from dataclasses import replace
from typing import Any

import pytest
from dynadrill.drills.plan import Plan
from dynadrill.drills.store import read_record
from dynadrill.drills.verdict import Outcome
from dynadrill.fixtures.important_table import VerySuperImportantTable

from .conftest import DropTable, LoseHome, warmed_up

SMALL = {"scenario": "bad_batch_delete", "recovery": "export_import"}


def test_the_table_comes_back_out_of_s3(drilled: Any) -> None:
    """S4-01: the table as of a second before the damage is exported, imported as a new one, settings and all."""
    ran = drilled(**SMALL, rpo="5m")
    judgement, record = ran.judgement, read_record(ran.folder)
    assert judgement.verdict is Outcome.PASS, judgement.because
    assert judgement.items.intact == judgement.items.expected > 150
    assert 120.0 <= judgement.struck_at - judgement.rpo.promised_point_at + 60.0 <= 123.0
    assert judgement.rpo.at_most_s <= 123.0
    assert record.settings_after == record.settings_before
    (imported,) = ran.calls("ImportTable")
    described = imported["parameters"]["TableCreationParameters"]
    assert described["BillingMode"] == "PAY_PER_REQUEST"
    assert described["TableName"] == record.tables.in_service
    assert judgement.leftovers == []


def test_the_point_can_be_asked_for(drilled: Any) -> None:
    """An export is of any second of the window: one that is asked for is taken, and the report says so."""
    ran = drilled(warmed_up(400.0), **SMALL, to="strike-200s")
    assert ran.judgement.verdict is Outcome.PASS, ran.judgement.because
    assert ran.judgement.struck_at - ran.judgement.rpo.promised_point_at == pytest.approx(200.5, abs=0.6)
    assert read_record(ran.folder).promise.found_from == "the time that was asked for"


def test_local_indexes_are_refused_before_anything_is_struck(drilled: Any) -> None:
    """ImportTable makes no local secondary indexes: a table that has some is refused while arming, with the reason."""
    ran = drilled(recovery="export_import")
    assert ran.judgement.verdict is Outcome.FAIL
    assert "local secondary indexes, which ImportTable cannot make" in ran.judgement.because
    assert ran.judgement.struck_at is None
    assert ran.judgement.leftovers == []


def test_an_export_that_fails_is_a_failure(drilled: Any, world: Any) -> None:
    """An export that is accepted and fails at its end is said in AWS's words; no table is made of what is there."""
    world.append(lambda it: it.add_fault("fail", operation="ExportTableToPointInTime"))
    ran = drilled(**SMALL)
    assert ran.judgement.verdict is Outcome.FAIL
    assert "the export is FAILED" in ran.judgement.because
    assert ran.calls("ImportTable") == []
    assert ran.judgement.leftovers == []


def test_an_import_that_fails_is_a_failure(drilled: Any, world: Any) -> None:
    """An import that fails leaves a table with a part of the items: it is not put in service, and is removed."""
    world.append(lambda it: it.add_fault("fail", operation="ImportTable"))
    ran = drilled(**SMALL)
    assert ran.judgement.verdict is Outcome.FAIL
    assert "the import is FAILED" in ran.judgement.because
    assert ran.judgement.leftovers == []


@pytest.mark.parametrize("disaster", [DropTable(), LoseHome()])
def test_it_does_not_survive_the_table(disaster: Any, drilled: Any) -> None:
    """With the table or its Region gone nothing can be exported any more: the recovery fails."""
    ran = drilled(lambda plan: replace(plan, disaster=disaster), **SMALL)
    assert ran.judgement.verdict is Outcome.FAIL, ran.judgement.because
    assert ran.calls("ImportTable") == []


@pytest.mark.parametrize("operation", ["CreateBucket", "ExportTableToPointInTime", "ImportTable"])
def test_killed_at_any_step_nothing_is_left(operation: str, killed: Any) -> None:
    """Killed right after a call of its recovery, a drill leaves no bucket, object or table behind."""
    assert read_record(killed(operation, 1, **SMALL)).leftovers == []


class Indexed(VerySuperImportantTable):
    """The table with a global index, and capacity that is bought."""

    def table(self) -> dict[str, Any]:
        """As it is, and an index by city."""
        units = {"ReadCapacityUnits": 50, "WriteCapacityUnits": 40}
        plain = VerySuperImportantTable.table(self)
        return {
            "KeySchema": plain["KeySchema"],
            "AttributeDefinitions": [*plain["AttributeDefinitions"], {"AttributeName": "city", "AttributeType": "S"}],
            "BillingMode": "PROVISIONED",
            "ProvisionedThroughput": units,
            "GlobalSecondaryIndexes": [
                {
                    "IndexName": "by-city",
                    "KeySchema": [{"AttributeName": "city", "KeyType": "HASH"}],
                    "Projection": {"ProjectionType": "KEYS_ONLY"},
                    "ProvisionedThroughput": units,
                }
            ],
        }


def test_keys_indexes_and_capacity_are_the_old_ones(drilled: Any) -> None:
    """The new table has the keys, global indexes and capacity that DescribeTable says of the old one."""

    def indexed(plan: Plan) -> Plan:
        scenario: Any = plan.scenario
        return replace(plan, scenario=replace(scenario, fixture=Indexed()))

    ran = drilled(indexed, **SMALL)
    assert ran.judgement.verdict is Outcome.PASS, ran.judgement.because
    (made,) = [call for call in ran.calls("CreateTable") if "GlobalSecondaryIndexes" in call["parameters"]]
    described = ran.calls("ImportTable")[0]["parameters"]["TableCreationParameters"]
    for name in ("KeySchema", "BillingMode", "ProvisionedThroughput", "GlobalSecondaryIndexes"):
        assert described[name] == made["parameters"][name]
