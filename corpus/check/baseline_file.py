"""corpus-baseline.json: read strictly, written so that two branches merge; one entry a line."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, NoReturn

from corpus import files
from corpus.check import bounded, prints
from corpus.check.baseline import Baseline, Entry
from corpus.check.guard import key as keys
from corpus.errors import InputError, MachineError

FORMAT = 1
LARGEST = 1 << 24
"""Bytes that the file may have; some fifty thousand entries fit."""

_PRINT = re.compile(r"[0-9a-f]{32}")
_MOST = 10**9


def load(path: Path, key: bytes | None) -> Baseline | None:
    """Return the baseline, or None where there is no such file.

    Raises:
        InputError: it does not hold; it names file, place and remedy.
        MachineError: it cannot be read, or the key is absent or another one.
    """
    data = bounded.read(path, LARGEST)
    return None if data is None else opened(data, path, key)


def opened(data: bytes, path: Path, key: bytes | None) -> Baseline:
    """Return the baseline that a file holds.

    Raises:
        InputError: it does not hold; it names file, place and remedy.
        MachineError: the key is absent or another one.
    """
    found = parse(data, path)
    if found.key != prints.of_key(needed(key, path)):
        raise MachineError(
            f"{path} was made with another key than is here - {keys.INSTALL}; where the guard has a"
            " new key, delete the file and accept anew (`corpus check --all --write-baseline"
            " --reason TEXT`)"
        )
    return found


def needed(key: bytes | None, path: Path) -> bytes:
    """Return the key, without which there is no baseline.

    Raises:
        MachineError: it is absent.
    """
    if key is None:
        raise MachineError(
            f"{path} needs the key of the guard, which is not here - {keys.ASK}; where"
            " corpus-guard.json is gone, restore that first"
        )
    return key


def empty(key: bytes) -> Baseline:
    """Return a baseline that accepts nothing yet."""
    return Baseline(key=prints.of_key(key))


def save(path: Path, baseline: Baseline) -> None:
    """Write the file, whole or not at all.

    Raises:
        MachineError: it cannot be written.
    """
    try:
        files.replace(path, render(baseline), mode=0o644)
    except OSError as error:
        raise MachineError(f"{path} cannot be written: {error.strerror}") from error


def render(baseline: Baseline) -> bytes:
    """Return the file: sorted entries, one a line, UTF-8, LF."""
    lines = ",\n".join(f"  {_json(asdict(entry))}" for entry in sorted(baseline.entries))
    entries = f"[\n{lines}\n ]" if lines else "[]"
    head = f'{{\n "format": {FORMAT},\n "key": {_json(baseline.key)},\n'
    whole = f'{head} "entries": {entries}\n}}\n'
    return whole.encode("utf-8", "backslashreplace")  # half a character becomes a JSON escape


def parse(data: bytes, path: Path) -> Baseline:
    """Return what the file says.

    Raises:
        InputError: it does not hold; it names the place.
    """
    if len(data) > LARGEST:
        _refuse(path, f"is larger than {LARGEST >> 20} MiB", remedy="accept fewer findings")
    document = _object(_parsed(data, path), {"format", "key", "entries"}, path, "the whole")
    if document["format"] != FORMAT or isinstance(document["format"], bool):
        remedy = "install a newer version with: pip install -U transcript-corpus"
        _refuse(path, f"this version of corpus reads format {FORMAT}", "format", remedy)
    key, entries = document["key"], document["entries"]
    _expect(_is_print(key), path, "key", "must have 32 hexadecimal digits")
    _expect(isinstance(entries, list), path, "entries", "must be a list")
    found = [_entry(value, path, f"entry {n}") for n, value in enumerate(entries, start=1)]
    seen: set[tuple[str, str]] = set()
    for number, entry in enumerate(found, start=1):
        known = (entry.path, entry.print)
        _expect(known not in seen, path, f"entry {number}", "stands there twice", "keep one")
        seen.add(known)
    return Baseline(key=key, entries=tuple(found))


def _entry(value: Any, path: Path, place: str) -> Entry:
    found = _object(value, set(Entry.__dataclass_fields__), path, place)
    for name in ("path", "rule", "label"):
        is_text = isinstance(found[name], str) and bool(found[name])
        _expect(is_text, path, f"{place}, {name}", "must be text")
    _expect(isinstance(found["reason"], str), path, f"{place}, reason", "must be text")
    _expect(_is_print(found["print"]), path, f"{place}, print", "must have 32 hexadecimal digits")
    count = found["count"]
    is_count = type(count) is int and 0 < count <= _MOST
    _expect(is_count, path, f"{place}, count", "must be a whole number above 0")
    return Entry(**found)


def _is_print(value: Any) -> bool:
    return isinstance(value, str) and _PRINT.fullmatch(value) is not None


def _object(value: Any, keys: set[str], path: Path, place: str) -> Mapping[str, Any]:
    holds = isinstance(value, dict) and value.keys() == keys
    _expect(holds, path, place, f"must have {', '.join(sorted(keys))}, and no more")
    found: Mapping[str, Any] = value
    return found


def _parsed(data: bytes, path: Path) -> Any:
    try:
        return json.loads(data.decode("utf-8"), object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        _refuse(path, "is not valid JSON", f"line {error.lineno}")
    except _TwiceError:
        _refuse(path, "has a key twice in one place", remedy="keep one")
    except UnicodeDecodeError:
        _refuse(path, "is not UTF-8")
    except (ValueError, RecursionError):
        _refuse(path, "is not the JSON of a baseline")


class _TwiceError(Exception):
    """A key stands twice in one object."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _TwiceError
    return found


def _expect(holds: bool, path: Path, place: str, problem: str, remedy: str = "") -> None:
    if not holds:
        _refuse(path, problem, place, remedy)


def _refuse(path: Path, problem: str, place: str = "", remedy: str = "") -> NoReturn:
    remedy = remedy or f"mend it, or restore the committed one: `git checkout HEAD -- {path.name}`"
    raise InputError(problem, path=path, place=place, remedy=remedy) from None


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
