"""One file, one thing: the single frozen dataclass of a module, made with its defaults and held to its protocol."""

import inspect
import sys
import traceback
from collections.abc import Iterator
from dataclasses import is_dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

from . import scenario as protocols
from .catalog import Kind
from .disaster import Disaster
from .errors import UsageError
from .recovery import Recovery

PROTOCOLS: dict[Kind, type] = {
    Kind.SCENARIO: protocols.Scenario,
    Kind.DISASTER: Disaster,
    Kind.RECOVERY: Recovery,
    Kind.VALIDATOR: protocols.Validator,
    Kind.FIXTURE: protocols.Fixture,
}
ONE_HINT = "Keep one public frozen dataclass in the file; begin the names of its helpers with an underscore."
RELATIVE_HINT = "A file of your own is in no package: import from dynadrill.drills, dynadrill.fixtures and so on."


def load_file(path: Path, kind: Kind) -> Any:
    """The one thing that a file anywhere defines.

    The file's module stays in `sys.modules`, where dataclasses and pickles look for it.

    Raises:
        UsageError: the file cannot be read or run, or does not define exactly one thing of that kind.
    """
    try:
        source = path.read_bytes()
    except OSError as error:
        hint = "Name a scenario from `dynadrill list`, or the path of a Python file."
        raise UsageError(f"cannot read {path}: {error.strerror or error}", hint) from error
    module = ModuleType(f"dynadrill_file_{path.stem}")
    module.__file__ = str(path.resolve())
    sys.modules[module.__name__] = module
    try:
        code = compile(source, module.__file__, "exec")
        exec(code, module.__dict__)  # noqa: S102 -- the file is the user's own scenario, named by them to be run
    except SyntaxError as error:
        _wrong(path, error.lineno, f"is not Python: {error.msg}", "Correct that line.", error)
    except (Exception, SystemExit) as error:  # noqa: BLE001 -- whatever a stranger's file raises is told by its line
        hint = RELATIVE_HINT if "relative import" in str(error) else "Correct that line."
        _wrong(path, _line_in(module, error), f"fails: {type(error).__name__}: {error}", hint, error)
    return the_one(module, kind, path)


def the_one(module: ModuleType, kind: Kind, path: Path | None = None) -> Any:
    """The one public frozen dataclass that a module defines, made with its defaults and held to its protocol.

    Args:
        module: where the class is defined, not only imported.
        kind: whose protocol its instance has to follow.
        path: the file as the user named it.

    Raises:
        UsageError: there is none or several, it is not frozen, it cannot be made, or something is missing.
    """
    path = path or Path(module.__file__ or module.__name__)
    found = [thing for thing in vars(module).values() if _is_thing(thing, module)]
    if len(found) != 1:
        what = " and ".join(f"{thing.__name__} (line {_line_of(thing)})" for thing in found) or "none"
        _wrong(path, None, f"has to define one dataclass, the {kind}; found {what}", ONE_HINT)
    (thing,) = found
    if not thing.__dataclass_params__.frozen:
        _wrong(path, _line_of(thing), f"{thing.__name__} can be changed", "Make it @dataclass(frozen=True).")
    try:
        made = thing()
    except Exception as error:  # noqa: BLE001 -- a stranger's dataclass may raise anything when it is made
        hint = "Give every field a default that works."
        _wrong(path, _line_of(thing), f"{thing.__name__}() fails: {type(error).__name__}: {error}", hint, error)
    wrong = list(_what_is_wrong(made, kind, thing.__name__))
    if wrong:
        hint = f"drills/scenario.py says what a {kind} has; `dynadrill show NAME` shows one that works."
        _wrong(path, _line_of(thing), "; ".join(wrong), hint)
    return made


def _what_is_wrong(thing: object, kind: Kind, label: str) -> Iterator[str]:
    missing = [name for name in vars(PROTOCOLS[kind]) if not name.startswith("_") and not hasattr(thing, name)]
    if missing:
        yield f"{label} is no {kind}: it has no {', '.join(missing)}"
    elif kind is Kind.SCENARIO:
        yield from _wrong_parts(thing, label)


def _wrong_parts(scenario: Any, label: str) -> Iterator[str]:
    for kind in (Kind.FIXTURE, Kind.DISASTER, Kind.RECOVERY):
        yield from _what_is_wrong(getattr(scenario, kind), kind, f"{label}.{kind}")
    for name, expected in (("workload", protocols.Workload), ("objectives", protocols.Objectives)):
        if not isinstance(getattr(scenario, name), expected):
            yield f"{label}.{name} is no {expected.__name__} but {getattr(scenario, name)!r}"
    for name in ("items", "starts_at", "notice_s", "decide_s"):
        if not isinstance(getattr(scenario, name), int | float):
            yield f"{label}.{name} is no number but {getattr(scenario, name)!r}"
    if not isinstance(scenario.validators, tuple):
        yield f"{label}.validators is no tuple but {scenario.validators!r}"
        return
    for validator in scenario.validators:
        yield from _what_is_wrong(validator, Kind.VALIDATOR, f"{type(validator).__name__} in {label}.validators")


def _is_thing(thing: object, module: ModuleType) -> bool:
    return (
        isinstance(thing, type)
        and is_dataclass(thing)
        and thing.__module__ == module.__name__
        and not thing.__name__.startswith("_")
    )


def _line_of(thing: type) -> int:
    return inspect.getsourcelines(thing)[1]


def _line_in(module: ModuleType, error: BaseException) -> int | None:
    frames = traceback.extract_tb(error.__traceback__)
    return next((frame.lineno for frame in reversed(frames) if frame.filename == module.__file__), None)


def _wrong(path: Path, line: int | None, what: str, hint: str, cause: BaseException | None = None) -> NoReturn:
    where = f"{path}:{line}" if line else f"{path}"
    raise UsageError(f"{where}: {what}", hint) from cause
