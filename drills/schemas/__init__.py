"""JSON Schemas of the files that dynadrill writes for others to read.

`python -m dynadrill.drills.schemas` writes them again from the models.
"""

import json
from importlib import resources
from typing import Any

from pydantic import BaseModel

from ..advice.figures import Advice
from ..auditing.audit import Audit
from ..canaries.folder import CanaryRecord
from ..checking.record import CheckRecord
from ..checking.result import CheckVerdict
from ..compare.result import Comparison
from ..find_point.found import Found
from ..judgement import Judgement
from ..matrix.results import Matrix
from ..runrecord import RunRecord
from ..snapshots.about import About
from ..snapshots.signature import Signature
from ..sweeping.results import Sweep
from ..taking import Taken

MODELS: dict[str, type[BaseModel]] = {
    "sweep-1.schema.json": Sweep,
    "verdict-1.schema.json": Judgement,
    "audit-1.schema.json": Audit,
    "compare-1.schema.json": Comparison,
    "matrix-1.schema.json": Matrix,
    "run-1.schema.json": RunRecord,
    "snapshot-1.schema.json": About,
    "signature-1.schema.json": Signature,
    "taken-1.schema.json": Taken,
    "restore-check-1.schema.json": CheckVerdict,
    "check-1.schema.json": CheckRecord,
    "canary-1.schema.json": CanaryRecord,
    "point-1.schema.json": Found,
    "advice-1.schema.json": Advice,
}
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def generated(name: str) -> str:
    """The text of a schema as the models say it, by the name of its file.

    Further fields are allowed: within a version fields are added, and whoever holds on to this schema has to be able
    to read files that have them.
    """
    schema = _open(MODELS[name].model_json_schema(by_alias=True, mode="serialization"))
    return json.dumps({"$schema": DIALECT, **schema}, indent=1, ensure_ascii=False) + "\n"


def _open(schema: Any) -> Any:
    if isinstance(schema, dict):
        return {
            name: _open(part) for name, part in schema.items() if name != "additionalProperties" or part is not False
        }
    return [_open(part) for part in schema] if isinstance(schema, list) else schema


def stored(name: str) -> str:
    """The text of a schema as it is in the package."""
    return resources.files(__name__).joinpath(name).read_text(encoding="utf-8")
