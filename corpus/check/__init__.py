"""Files that are about to be committed in, places that hold unredacted details out.

Runs our rules alone: no workspace, no Presidio, no model, so that it answers at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.check import settings
from corpus.check.scanning import Rules
from corpus.errors import DetectorError, SourceError
from corpus.ingest import decode
from corpus.model import Label
from corpus.rules.matching import Matcher, find

_READABLE = frozenset(b"\t\n\r" + bytes(range(32, 127)))
_MOSTLY = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a file holds something; never what."""

    path: str
    line: int
    """From 1."""
    column: int
    """From 1, in code points."""
    length: int
    """In code points."""
    label: Label
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a check saw."""

    places: tuple[Place, ...]
    """By file as given, then in reading order."""
    scanned: int
    skipped: tuple[str, ...]
    """Files that are not text."""
    unreadable: tuple[str, ...]
    """Files that could not be read, with the reason; never to be taken for clean."""
    rules: int


def check(paths: Iterable[Path], *, start: Path | None = None) -> Checked:
    """Look for details in the files.

    Args:
        paths: the files; a folder is an error.
        start: where to look, upwards, for a corpus.toml with settings and rules;
            the current folder by default.

    Raises:
        InputError: the settings or rules do not hold.
        DetectorError: a rule could not be run to its end.
    """
    ready = Rules.of(settings.load(start or Path.cwd())).ready
    places: list[Place] = []
    skipped: list[str] = []
    unreadable: list[str] = []
    scanned = 0
    for path in paths:
        try:
            text = _text(path.read_bytes(), str(path))
        except OSError as error:
            unreadable.append(f"{path} cannot be read: {error.strerror}")
            continue
        if text is None:
            skipped.append(str(path))
            continue
        scanned += 1
        try:
            places += _places(str(path), text, ready)
        except DetectorError as error:
            raise DetectorError(f"{path}: {error}") from error
    return Checked(
        places=tuple(places),
        scanned=scanned,
        skipped=tuple(skipped),
        unreadable=tuple(unreadable),
        rules=len(ready),
    )


def _text(data: bytes, path: str) -> str | None:
    """Return the text of a file; None for what is plainly binary.

    A text that is damaged, by a NUL say, is looked through all the same.
    """
    try:
        return decode.decode(data, path)[0] if data.strip() else ""
    except SourceError:
        readable = sum(byte in _READABLE for byte in data)
        return data.decode("utf-8", "replace") if readable >= len(data) * _MOSTLY else None


def _places(path: str, text: str, ready: Sequence[Matcher]) -> list[Place]:
    starts = [0, *(i + 1 for i, character in enumerate(text) if character == "\n")]
    places = []
    covered = 0
    line = 0
    for hit in sorted(find(ready, text), key=lambda h: (h.start, -h.end, h.rule.id)):
        if hit.end <= covered:
            continue
        covered = hit.end
        while line + 1 < len(starts) and starts[line + 1] <= hit.start:
            line += 1
        places.append(
            Place(
                path=path,
                line=line + 1,
                column=hit.start - starts[line] + 1,
                length=hit.end - hit.start,
                label=hit.rule.label,
                rule=hit.rule.id,
            )
        )
    return places
