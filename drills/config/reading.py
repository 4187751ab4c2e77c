"""Reading the configuration: where it lies, and what is wrong with it."""

import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from ..errors import UsageError
from .model import Config
from .place import FILE, VARIABLE

HINT = "docs/configuration.md shows every key."


def read_config(environment: Mapping[str, str], folder: Path) -> Config:
    """The configuration that holds: of the file that DYNADRILL_CONFIG names, else of dynadrill.toml in a folder.

    Args:
        environment: the process's.
        folder: where the person stands.

    Raises:
        UsageError: the named file is not there; or the file is no TOML, or has a key or a value that means nothing.
    """
    named = environment.get(VARIABLE)
    path = Path(named) if named else folder / FILE
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        if not named:
            return Config()
        raise UsageError(f"there is no configuration {path}", f"It is named by --config or {VARIABLE}.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"the configuration {path} cannot be read: {error}", HINT) from error
    try:
        return Config.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"the configuration {path} is no TOML: {error}", HINT) from error
    except ValidationError as error:
        raise _explained(path, error.errors()[0]) from error


def _explained(path: Path, fault: Any) -> UsageError:
    """What is wrong, by its place in the file; for an unknown key with the nearest that there is."""
    place = [str(part) for part in fault["loc"] if part != "[key]"]
    shown = ".".join(place)
    if fault["type"] != "extra_forbidden":
        return UsageError(f"{path}: {shown} is {fault['input']!r}: {fault['msg'][:1].lower()}{fault['msg'][1:]}", HINT)
    known = _keys_at(place[:-1])
    near = get_close_matches(place[-1], known, 1, 0.5)
    meant = f"Did you mean {'.'.join([*place[:-1], near[0]])}? " if near else ""
    return UsageError(f"{path}: there is no key {shown}", f"{meant}There are {', '.join(known)}.")


def _keys_at(place: list[str]) -> list[str]:
    found: Any = Config
    for name in place:
        # A part has fields; what is no part is a table of parts, each under a name of the person's own.
        found = found.model_fields[name].annotation if hasattr(found, "model_fields") else get_args(found)[1]
    model: type[BaseModel] = found
    return list(model.model_fields)
