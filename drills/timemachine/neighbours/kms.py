"""KMS of one account in one Region: moto's keys, where moto leaves something out."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from moto.kms.models import KmsBackend


class KmsKeys(KmsBackend):
    """Keys whose state can be changed by id and by ARN, and that are deleted in target time.

    Args:
        region_name: where they are.
        account_id: whose they are.
        now: target time.
    """

    def __init__(self, region_name: str, account_id: str, now: Callable[[], float]) -> None:
        super().__init__(region_name, account_id)
        self._now = now

    def disable_key(self, key_id: str) -> None:
        """Let a key be of no use until it is enabled."""
        super().disable_key(self.get_key_id(key_id))

    def enable_key(self, key_id: str) -> None:
        """Let a key be of use again."""
        super().enable_key(self.get_key_id(key_id))

    def cancel_key_deletion(self, key_id: str) -> None:
        """Keep a key that was to be deleted; it is disabled then."""
        super().cancel_key_deletion(self.get_key_id(key_id))

    def schedule_key_deletion(self, key_id: str, pending_window_in_days: int) -> float:
        """Let a key be deleted after some days; it is of no use from now on."""
        plain = self.get_key_id(key_id)
        super().schedule_key_deletion(plain, pending_window_in_days)
        gone = datetime.fromtimestamp(self._now(), UTC) + timedelta(days=pending_window_in_days)
        self.keys[plain].deletion_date = gone.replace(tzinfo=None)
        return gone.timestamp()
