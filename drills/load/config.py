"""What a load process is told on its standard input, as one JSON object."""

import base64
import importlib
import importlib.util
import inspect
import pickle
import sys
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Literal

import orjson

from ..scenario import Fixture, Workload
from ..target import Connection
from .virtual import Users

COMMAND = (sys.executable, "-P", "-m", f"{__package__}.process")
"""How a load process is started; `-P`: what lies in the current folder is not to be imported by chance."""


@dataclass(frozen=True)
class LoadConfig:
    """One load process: what it connects to, whose scripts it runs, and its part in the whole.

    `alias` names the file with the table in service, `history` the folder of part files. Process `number` writes
    the part `load-NUMBER`. Alone it has all users; a master has none and shares them out among `workers`, which
    find it at `master_port`. `parent` is the process without which it ends; `ready_file` a descriptor (None: there
    is none) on which a line is written once all users are there, and which is held until the end.
    """

    role: Literal["alone", "master", "worker"]
    number: int
    workers: int
    master_port: int
    parent: int
    ready_file: int | None
    connection: Connection
    alias: Path
    history: Path
    users: Users


def to_json(config: LoadConfig) -> bytes:
    """A configuration as the object that `from_json` reads."""
    users = config.users
    plain = {
        **{field.name: getattr(config, field.name) for field in fields(config)},
        "connection": asdict(config.connection),
        "alias": str(config.alias),
        "history": str(config.history),
        "users": {
            "fixture": _reference(users.fixture),
            "workload": asdict(users.workload),
            "seed": users.seed,
            "items": users.items,
        },
    }
    return orjson.dumps(plain)


def from_json(text: bytes) -> LoadConfig:
    """The configuration that `to_json` wrote in another process."""
    plain: dict[str, Any] = orjson.loads(text)
    users = plain["users"]
    return LoadConfig(
        **{
            **plain,
            "connection": Connection(**plain["connection"]),
            "alias": Path(plain["alias"]),
            "history": Path(plain["history"]),
            "users": Users(_fixture(users["fixture"]), Workload(**users["workload"]), users["seed"], users["items"]),
        }
    )


def _reference(fixture: Fixture) -> dict[str, Any]:
    """A fixture by its class, the file that defines it, and its knobs."""
    kind = type(fixture)
    knobs = {field.name: getattr(fixture, field.name) for field in fields(fixture) if field.init}  # type: ignore[arg-type] # every fixture is a dataclass
    return {
        "module": kind.__module__,
        "class": kind.__qualname__,
        "file": inspect.getsourcefile(kind),
        "knobs": base64.b64encode(pickle.dumps(knobs)).decode(),
    }


def _fixture(reference: dict[str, Any]) -> Fixture:
    module = _module(reference["module"], reference["file"])
    knobs = pickle.loads(base64.b64decode(reference["knobs"]))  # noqa: S301 - our own parent's, over a private pipe
    fixture: Fixture = getattr(module, reference["class"])(**knobs)
    return fixture


def _module(name: str, file: str) -> Any:
    """A module by name, or from its file where it has no importable name: the fixture of somebody's own scenario."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is None or not name.startswith(error.name):
            raise
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None, f"{file} is Python: the drill has imported it"
    assert spec.loader is not None, "a file has a loader"
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
