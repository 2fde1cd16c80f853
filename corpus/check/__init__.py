"""Files that are about to be committed in, places that hold unredacted details out.

Runs our rules alone: no workspace, no Presidio, no model, so that it answers at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.check import git, index, settings, targets
from corpus.check.scanning import Rules
from corpus.check.types import Target, Unread
from corpus.errors import DetectorError, InputError, SourceError
from corpus.ingest import decode
from corpus.model import Label
from corpus.rules.matching import Matcher, find

_READABLE = frozenset(b"\t\n\r" + bytes(range(32, 127)))
_MOSTLY = 0.9
_MOST = 64_000_000


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


def check(paths: Sequence[Path], *, start: Path | None = None, stdin_name: str = "") -> Checked:
    """Look for details in the files.

    Args:
        paths: the files, "-" for standard input; a folder is an error.
        start: where to look, upwards, for a corpus.toml with settings and rules;
            the current folder by default.
        stdin_name: the name that standard input is to be taken for.

    Raises:
        InputError: the settings or rules do not hold.
        DetectorError: a rule could not be run to its end.
    """
    start = start or Path.cwd()
    root = git.root(start) or start
    found = targets.named(paths, root=root, most=_MOST, stdin_name=stdin_name)
    return look_through(found, start=start)


def check_staged(start: Path) -> Checked:
    """Look for details in what a commit would add or change.

    Raises:
        InputError: as for `check`; or there is no repository.
        MachineError: git is not there, or failed.
    """
    top = git.root(start)
    if top is None:
        raise InputError("no git repository here", path=start, remedy="name the files instead")
    return look_through(index.staged(top, most=_MOST), start=start)


def check_all(start: Path) -> Checked:
    """Look for details in all that git tracks, outside of git in all files below the folder.

    Raises:
        InputError: as for `check`.
        MachineError: git is not there, or failed.
    """
    return look_through(targets.everything(start, most=_MOST), start=start)


def look_through(found: Iterable[Target], *, start: Path) -> Checked:
    """Look for details in what was found, by the settings of a folder."""
    ready = Rules.of(settings.load(start)).ready
    places: list[Place] = []
    skipped: list[str] = []
    unreadable: list[str] = []
    scanned = 0
    for target in found:
        if isinstance(target, Unread):
            says = f"{target.path} {target.why}"
            (unreadable if target.fails == "always" else skipped).append(says)
            continue
        source = target.source
        text = _text(source if isinstance(source, bytes) else source.read_bytes(), target.path)
        if text is None:
            skipped.append(target.path)
            continue
        scanned += 1
        try:
            places += _places(target.path, text, ready)
        except DetectorError as error:
            raise DetectorError(f"{target.path}: {error}") from error
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
