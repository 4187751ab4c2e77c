"""Disasters that do something else than write items: what becomes of the table, and what is written down."""

from dataclasses import dataclass, replace
from typing import Any

import pytest
from botocore.exceptions import ClientError
from dynadrill.drills.settings import Settings
from dynadrill.drills.settings_reading import read_settings
from dynadrill.drills.values import ABSENT
from dynadrill.fixtures.contracts import Contracts
from dynadrill.fixtures.important_table import VerySuperImportantTable
from dynadrill.fixtures.orders import Orders
from dynadrill.scenarios.disasters.deleted_backups import DeletedBackups
from dynadrill.scenarios.disasters.dropped_table import DroppedTable
from dynadrill.scenarios.disasters.key_disabled import KeyDisabled
from dynadrill.scenarios.disasters.lost_region import LostRegion
from dynadrill.scenarios.disasters.recovery_switched_off import RecoverySwitchedOff
from dynadrill.scenarios.disasters.ttl_in_milliseconds import TtlInMilliseconds
from dynadrill.scenarios.disasters.ttl_wrong_attribute import TtlWrongAttribute


def test_a_dropped_table_is_gone(strikes: Any) -> None:
    """The table is gone, no item was written, and the act is in the history with its instant."""
    struck = strikes(DroppedTable(), Orders())
    assert struck.after is None
    assert struck.writes == []
    ((act, at, refused),) = struck.acts
    assert (act, refused) == ("DeleteTable", "")
    assert 0 <= at - struck.clue.first_bad_at < 0.1


def test_a_drop_that_is_refused_changes_nothing(strikes: Any) -> None:
    """With deletion protection on, items and settings are as before, and the history says with what it was refused."""
    struck = strikes(DroppedTable(), VerySuperImportantTable())
    assert struck.before == struck.after
    assert struck.settings_before == struck.settings_after
    ((act, _, refused),) = struck.acts
    assert act == "DeleteTable"
    assert refused.startswith("ValidationException: ")


@dataclass(frozen=True)
class Protected(Orders):
    """Orders with point-in-time recovery on."""

    @property
    def settings(self) -> Settings:
        """As they are, and protected."""
        return replace(super().settings, recovery_period_days=35)


def test_recovery_that_was_switched_off_is_off(strikes: Any) -> None:
    """Beside the overwritten items one setting has changed: point-in-time recovery is off."""
    struck = strikes(RecoverySwitchedOff(), Protected())
    assert struck.settings_after == replace(struck.settings_before, recovery_period_days=None)
    assert struck.changed == struck.told()
    assert [act.act for act in struck.acts] == ["UpdateContinuousBackups: off"]


def test_recovery_that_was_switched_off_and_on_looks_as_before(strikes: Any) -> None:
    """S2-20: no setting differs, and yet the window begins after the strike, not before it."""
    struck = strikes(RecoverySwitchedOff(on_again=True), Protected())
    assert struck.settings_after == struck.settings_before
    assert struck.changed == struck.told()
    described = struck.target.control().describe_continuous_backups(TableName=struck.table)
    window = described["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
    off, on = struck.acts
    assert off.at + 60 <= on.at
    assert window["EarliestRestorableDateTime"].timestamp() >= int(on.at)


def test_ttl_by_the_wrong_attribute_deletes_what_has_begun(strikes: Any) -> None:
    """Items go without a write of anybody's, nothing else changes in the others, and TTL is the one setting changed."""
    struck = strikes(TtlWrongAttribute(lasts_s=4 * 3600.0 + 600.0), Contracts())
    assert struck.settings_after == replace(struck.settings_before, ttl_attribute="signed_at")
    assert struck.writes == []
    assert [act.act for act in struck.acts] == ["UpdateTimeToLive: on by signed_at"]
    assert len(struck.before) == 200
    assert struck.after == {}


def test_ttl_by_the_wrong_attribute_goes_on_little_by_little(strikes: Any) -> None:
    """After an hour some contracts are gone, and not all: nobody sees a burst."""
    struck = strikes(TtlWrongAttribute(), Contracts())
    assert 0 < len(struck.changed) < 200
    assert all(key not in struck.after for key in struck.changed)


def test_an_expiry_in_milliseconds_never_comes(strikes: Any) -> None:
    """Of the hit items the expiry alone has changed, by a factor of a thousand; when the others expire, they stay."""
    struck = strikes(TtlInMilliseconds(), VerySuperImportantTable())
    assert struck.changed == struck.told()
    assert all(write.digest != ABSENT for write in struck.writes)
    for key in struck.changed:
        before, after = dict(struck.before[key]), dict(struck.after[key])
        assert int(after.pop("expires_at")["N"]) == 1000 * int(before.pop("expires_at")["N"])
        assert before == after
    struck.target.clock.wait(4_102_444_800 + 5 * 86_400 - struck.target.clock.now(), "until the others expire")
    left = struck.target.control().scan(TableName=struck.table, Select="COUNT")["Count"]
    assert left == len(struck.changed)


def test_a_lost_region_answers_nothing_until_it_is_back(strikes: Any) -> None:
    """S1-42: no call to the home Region is answered, others are; when it is back, the table is as it was."""
    struck = strikes(LostRegion(), Orders())
    world = struck.target.world
    assert world is not None
    assert world.lost_regions() == [struck.target.region]
    assert struck.after is None
    assert [act.act for act in struck.acts] == [f"loss of Region {struck.target.region}"]
    assert struck.target.control("us-west-1").list_tables()["TableNames"] == []
    world.bring_back_region(struck.target.region)
    assert struck.items() == struck.before
    assert read_settings(struck.target.control(), struck.table) == struck.settings_before


def test_backups_that_were_deleted_are_gone(strikes: Any, target: Any) -> None:
    """Beside the encrypted values nothing has changed but that no backup is left, each with an act of its own."""
    made: list[str] = []

    @dataclass(frozen=True)
    class BackedUp:
        """Two backups are made, and then the intruder comes."""

        def strike(self, strike: Any) -> Any:
            """Make them first."""
            for name in ("one", "two"):
                answer = target.control().create_backup(TableName=strike.table, BackupName=name)
                made.append(answer["BackupDetails"]["BackupArn"])
            return DeletedBackups().strike(strike)

    struck = strikes(BackedUp(), Orders())
    assert sorted(act.act for act in struck.acts) == sorted(f"DeleteBackup {arn}" for arn in made)
    assert target.control().list_backups(BackupType="ALL")["BackupSummaries"] == []
    assert struck.changed == struck.told()
    assert struck.settings_after == struck.settings_before


def test_a_disabled_key_closes_the_table_and_changes_nothing(strikes: Any) -> None:
    """The table is out of reach, and with its key enabled again it holds what it held, under the same settings."""
    struck = strikes(KeyDisabled(), Orders())
    control = struck.target.control()
    described = control.describe_table(TableName=struck.table)["Table"]
    assert described["TableStatus"] == "INACCESSIBLE_ENCRYPTION_CREDENTIALS"
    with pytest.raises(ClientError, match="KMS key"):
        control.scan(TableName=struck.table)
    assert [act.act for act in struck.acts] == ["DisableKey"]
    struck.target.service("kms").enable_key(KeyId=described["SSEDescription"]["KMSMasterKeyArn"])
    assert struck.items() == struck.before
    assert read_settings(control, struck.table) == struck.settings_before
