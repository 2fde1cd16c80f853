"""withdrawals.json: which digests were taken back since, why, and what stands there now; pure.

It lies beside the releases, and holders of an old one get it: IDs and digests are all it tells.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from corpus import ids, semver
from corpus.errors import MachineError, ReleaseError

NAME = "withdrawals.json"
FORMAT = 1
LARGEST = 1 << 24
"""Bytes that the file may have; some fifty thousand digests fit."""

Why = Literal["withdrawal", "recall"]

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_REASONS: Mapping[Why, str] = {
    "withdrawal": "a participant has withdrawn since",
    "recall": "a mention in it should have been hidden",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalled:
    """What became of a digest that no longer counts."""

    version: str
    reissue: int
    """Of the release that took its place, or would have."""
    by: str | None
    """The digest that stands there now; None where nothing does."""
    why: Why
    transcript_id: str
    """Which was taken out, or had the mention."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawals:
    """All that was taken back."""

    recalled: Mapping[str, Recalled] = field(default_factory=dict)
    """By digest ("sha256:…")."""
    withdrawn: tuple[str, ...] = ()
    """IDs of transcripts that are in no version any more."""

    def because(self, why: Why, transcript_id: str) -> dict[str, Recalled]:
        """Return what was taken back for a reason, by digest."""
        wanted = (why, transcript_id)
        return {d: r for d, r in self.recalled.items() if (r.why, r.transcript_id) == wanted}

    def refuse(self, digest: str, path: Path) -> None:
        """Refuse a digest that was taken back; the beginning of one will do.

        Raises:
            ReleaseError: it was, with the reason and what to pin instead.
        """
        for whole, recalled in self.recalled.items():
            if whole.startswith(digest):
                raise _refusal(whole, recalled, path)

    def refuse_carrier(self, transcripts: Collection[str], path: Path) -> None:
        """Refuse a release that carries what was withdrawn, whatever its digest.

        Raises:
            ReleaseError: it does.
        """
        for id_ in self.withdrawn:
            if id_ in transcripts:
                problem = f"it carries {id_}, whose participant has withdrawn"
                raise ReleaseError(problem, path=path, remedy="delete what you hold of it")


def _refusal(digest: str, recalled: Recalled, path: Path) -> ReleaseError:
    problem = f"{recalled.version}@{digest} no longer counts: {_REASONS[recalled.why]}"
    delete = "delete what you hold of it"
    remedy = f"pin {recalled.version}@{recalled.by} and {delete}" if recalled.by else delete
    return ReleaseError(problem, path=path, remedy=remedy)


def again(why: Why, transcript_id: str) -> str:
    """Return what to run where the workspace that took something back does not know of it."""
    command = {"withdrawal": "withdraw", "recall": "recall"}[why]
    option = {"withdrawal": "--reason", "recall": "--text"}[why]
    return f"run `corpus {command} {transcript_id} {option} …` again"


def taken_back_from(root: Path) -> Withdrawals:
    """Return what was taken back of the releases in a folder.

    Raises:
        ReleaseError: the list does not hold.
        MachineError: it cannot be read.
    """
    path = root / NAME
    if not os.path.lexists(path):
        return Withdrawals()
    if path.is_symlink() or not path.is_file():
        raise ReleaseError("it is not a regular file", path=path, remedy="restore it")
    try:
        with path.open("rb") as file:
            return parse(file.read(LARGEST + 1), path)
    except OSError as error:
        raise MachineError(f"{path}: it cannot be read ({error.strerror})") from error


def parse(data: bytes, path: Path) -> Withdrawals:
    """Return what the file says.

    Raises:
        ReleaseError: it does not hold; it names the place.
    """
    document = _object(_json(data, path), {"format", "recalled", "withdrawn"}, path, "")
    if document["format"] != FORMAT:
        remedy = "install a newer version with: pip install -U transcript-corpus"
        problem = f"this version of corpus reads format {FORMAT} of it, and no other"
        raise ReleaseError(problem, path=path, place="format", remedy=remedy)
    recalled = document["recalled"]
    _expect(isinstance(recalled, dict), path, "recalled")
    return Withdrawals(
        recalled={digest: _recalled(digest, value, path) for digest, value in recalled.items()},
        withdrawn=_withdrawn(document["withdrawn"], path),
    )


def render(withdrawals: Withdrawals) -> bytes:
    """Return the file: sorted keys and IDs, UTF-8, LF."""
    document = {
        "format": FORMAT,
        "recalled": {digest: asdict(r) for digest, r in withdrawals.recalled.items()},
        "withdrawn": sorted(withdrawals.withdrawn),
    }
    return f"{json.dumps(document, sort_keys=True, indent=1)}\n".encode()


def _recalled(digest: str, value: Any, path: Path) -> Recalled:
    _expect(_is_digest(digest), path, "recalled, a key")
    place = f"recalled, {digest}"
    entry = _object(value, set(Recalled.__dataclass_fields__), path, place)
    version, reissue, by, why, id_ = (entry[key] for key in Recalled.__dataclass_fields__)
    _expect(isinstance(version, str) and semver.is_version(version), path, f"{place}, version")
    _expect(type(reissue) is int and reissue > 0, path, f"{place}, reissue")
    _expect(by is None or (_is_digest(by) and by != digest), path, f"{place}, by")
    _expect(why in get_args(Why), path, f"{place}, why")
    _expect(isinstance(id_, str) and ids.is_safe(id_), path, f"{place}, transcript_id")
    return Recalled(version=version, reissue=reissue, by=by, why=why, transcript_id=id_)


def _withdrawn(value: Any, path: Path) -> tuple[str, ...]:
    _expect(isinstance(value, list), path, "withdrawn")
    for number, item in enumerate(value, start=1):
        _expect(isinstance(item, str) and ids.is_safe(item), path, f"withdrawn, item {number}")
    _expect(len(set(value)) == len(value), path, "withdrawn, an ID that stands there twice")
    return tuple(value)


def _is_digest(value: Any) -> bool:
    return isinstance(value, str) and _DIGEST.fullmatch(value) is not None


def _object(value: Any, keys: set[str], path: Path, place: str) -> dict[str, Any]:
    _expect(isinstance(value, dict) and value.keys() == keys, path, place)
    found: dict[str, Any] = value
    return found


def _expect(holds: bool, path: Path, place: str) -> None:
    if not holds:
        remedy = "get the file again from where the releases come from"
        raise ReleaseError("it is not as it was written", path=path, place=place, remedy=remedy)


def _json(data: bytes, path: Path) -> Any:
    _expect(len(data) <= LARGEST, path, f"beyond {LARGEST >> 20} MiB")
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None
