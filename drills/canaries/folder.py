"""The folder of a table's canaries: which keys they have, and the history of every write."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import orjson
from pydantic import ValidationError

from ..errors import UnverifiableError, UsageError
from ..json_model import JsonModel
from ..snapshots.about import KeyType
from ..store import write_atomically

CANARY_JSON = "canary.json"


class CanaryRecord(JsonModel):
    """The content of `canary.json`: whose canaries these are, and by which word their keys begin."""

    schema_: Literal["dynadrill.canary/1"] = "dynadrill.canary/1"
    target: str
    table: str
    region: str
    table_id: str
    created_at: float
    key_attributes: tuple[str, ...]
    key_types: tuple[KeyType, ...]
    mark: str
    items: int


@dataclass(frozen=True)
class CanaryFolder:
    """Where the canaries of one table are written down."""

    path: Path

    @property
    def history(self) -> Path:
        """The folder of the history's part files, as a drill has one."""
        return self.path / "history"

    def read(self) -> CanaryRecord:
        """Whose canaries these are.

        Raises:
            UsageError: there are none.
            UnverifiableError: the record cannot be read.
        """
        path = self.path / CANARY_JSON
        if not path.is_file():
            raise UsageError(f"{self.path} is no folder of canaries", "`dynadrill canary TABLE` makes one.")
        try:
            return CanaryRecord.model_validate(orjson.loads(path.read_bytes()))
        except (OSError, orjson.JSONDecodeError, ValidationError) as error:
            said = str(error).splitlines()[0]
            raise UnverifiableError(f"{path} cannot be read: {said}", "Use another folder with --out.") from error

    def write(self, record: CanaryRecord) -> None:
        """Write down whose canaries these are, before the first of them."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"cannot make {self.path}: {error.strerror}", "Name another one with --out.") from error
        write_atomically(self.path / CANARY_JSON, record.model_dump_json(indent=1) + "\n")
