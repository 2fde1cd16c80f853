"""The settings of a check: `[check]` of corpus.toml, or `[tool.corpus.check]` of pyproject.toml.

Within a repository they are looked for up to its top, and where the index is checked they are taken
from the index: what nobody else would see decides nothing.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, get_args

from corpus import config
from corpus.check import bounded
from corpus.check.globs import Globs
from corpus.check.types import Model, Unregistered
from corpus.errors import ConfigError
from corpus.labels import LABELS

_PYPROJECT = "pyproject.toml"
_HIDDEN = ("direct", "quasi")
LARGEST = 1 << 22
"""Bytes that a file of settings may have."""
_Read = Callable[[Path], bytes | None]
"""Gives what a file of settings holds, if it is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What is checked for, and where."""

    masks: tuple[str, ...] = ("direct",)
    """What is reported."""
    labels: tuple[str, ...] = ()
    """Labels that block; findings of others are told as warnings. Empty for all."""
    guarded: tuple[str, ...] = ()
    """Globs of files that must be of a pinned release."""
    ignore: tuple[str, ...] = ()
    """Globs of files that are not looked at."""
    releases: tuple[str, ...] = ()
    """Pins of the releases whose files are clean."""
    strict: bool = False
    """Whether every file is looked through as if it were a transcript."""
    unregistered: Unregistered = "warning"
    """What becomes of a file outside of guarded paths that looks like a transcript."""
    model: Model = "transcripts"
    """What the embedded model reads."""
    thresholds: str = "balanced"
    """Those of the model: high-recall, balanced or cautious."""
    largest: int = 64
    """MiB that one file may have, or unpack to; text beyond is an error, never clean."""
    baseline: str = "corpus-baseline.json"
    root: Path = field(default_factory=Path)
    """Where globs and baseline begin: the folder of the settings."""
    top: Path = field(default_factory=Path)
    """What the names of items are below: the top of the repository, else the root."""
    rules: Path | None = None
    """The folder of the steward's own rules."""
    source: Path | None = None
    """The file that they stand in; None where they are the defaults."""

    def is_guarded(self, name: str) -> bool:
        """Tell whether a file must be of a pinned release."""
        return self._matches(self.guarded, name, any_case=True)

    def ignores(self, name: str) -> bool:
        """Tell whether a file is not looked at."""
        return self._matches(self.ignore, name)

    def _matches(self, globs: tuple[str, ...], name: str, *, any_case: bool = False) -> bool:
        """Match a name below the top with globs that begin at the root."""
        if not globs:
            return False
        if self.root != self.top:
            name = os.path.relpath(self.top / name, self.root)
        return Globs.of(globs, any_case=any_case).match(name)


_NOT_SET = frozenset({"root", "top", "rules", "source"})
_DEFAULTS = {f.name: f.default for f in fields(Settings) if f.name not in _NOT_SET}
_CHOICES: Mapping[str, Sequence[str]] = {
    "masks": _HIDDEN,
    "labels": LABELS,
    "unregistered": get_args(Unregistered),
    "model": get_args(Model),
    "thresholds": ("high-recall", "balanced", "cautious"),
}
_MOST_MIB = 4096


def load(
    start: Path, top: Path | None = None, tracked: Mapping[Path, bytes] | None = None
) -> Settings:
    """Return the settings that the folder lies under, looking upwards; defaults without any.

    Args:
        start: where to begin.
        top: of the repository, if it lies in one: nothing above it counts.
        tracked: what `files` hold in the index, where that is to decide: any of them go before
            those that git does not track.

    Raises:
        ConfigError: they do not hold; it names file and setting.
        MachineError: a file of settings cannot be read.
    """
    held = tracked or {}

    def read(path: Path) -> bytes | None:
        return held[path] if path in held else _on_disk(path)

    folders = _folders(start, top)
    found = _nearest(folders, held.get) or _nearest(folders, read)
    home = next((f for f in folders if read(f / config.FILE_NAME) is not None), None)
    found = found or Settings(root=home or top or folders[0])
    return replace(found, top=top or found.root, rules=_rules(home, read) if home else None)


def files(start: Path, top: Path) -> list[Path]:
    """Return where settings may lie for a folder of a repository, whether or not they do."""
    return [f / name for f in _folders(start, top) for name in (config.FILE_NAME, _PYPROJECT)]


def _folders(start: Path, top: Path | None) -> list[Path]:
    folder = start.resolve()
    folders = [folder, *folder.parents]
    if top is None:
        return folders
    return [f for f in folders if f.is_relative_to(top)] or [top]


def _nearest(folders: Iterable[Path], read: _Read) -> Settings | None:
    return next((found for folder in folders if (found := _of_folder(folder, read))), None)


def _of_folder(folder: Path, read: _Read) -> Settings | None:
    """Return the settings of the check in a folder; a corpus.toml need not have any."""
    ours, theirs = folder / config.FILE_NAME, folder / _PYPROJECT
    in_ours, in_theirs = _of_corpus_toml(ours, read), _of_pyproject(theirs, read)
    if in_ours is not None and in_theirs is not None:
        problem = f"there are settings of the check in {_PYPROJECT} beside it as well"
        raise ConfigError(problem, path=ours, place="[check]", remedy="keep one of the two")
    if in_ours is not None:
        return _checked(in_ours, ours, "check")
    return None if in_theirs is None else _checked(in_theirs, theirs, "tool.corpus.check")


def _of_corpus_toml(path: Path, read: _Read) -> Mapping[str, Any] | None:
    written = read(path)
    if written is None:
        return None
    config.parse(written, path)
    table: Mapping[str, Any] | None = config.table(written, path).get(config.CHECK)
    return table


def _of_pyproject(path: Path, read: _Read) -> Mapping[str, Any] | None:
    written = read(path)
    if written is None or b"corpus" not in written:
        return None
    table: Any = config.table(written, path)
    for key in ("tool", "corpus", "check"):
        table = table.get(key) if isinstance(table, dict) else None
    if table is not None and not isinstance(table, dict):
        raise ConfigError("must be a table", path=path, place="[tool.corpus] check")
    return table


def _rules(home: Path, read: _Read) -> Path | None:
    """Return the folder of the steward's own rules that a corpus.toml names, if it is there."""
    path = home / config.FILE_NAME
    rules = home / config.parse(read(path) or b"", path).rules
    return rules if rules.is_dir() else None


def _checked(values: Mapping[str, Any], path: Path, table: str) -> Settings:
    settings: dict[str, Any] = {}
    for key, value in values.items():
        place = f"[{table}] {key}"
        if key not in _DEFAULTS:
            remedy = f"the settings here are {', '.join(_DEFAULTS)}"
            raise ConfigError("unknown setting", path=path, place=place, remedy=remedy)
        settings[key] = config.typed(value, _DEFAULTS[key], path, place)
        _check_choice(key, settings[key], path, place)
    return Settings(**settings, root=path.parent, source=path)


def _check_choice(key: str, value: Any, path: Path, place: str) -> None:
    """Refuse what would switch the check off unseen."""
    choices = _CHOICES.get(key)
    chosen = value if isinstance(value, tuple) else (value,)
    if choices and not set(chosen) <= set(choices):
        raise ConfigError(f"must be of {', '.join(choices)}", path=path, place=place)
    if key == "masks" and not value:
        raise ConfigError(f"must name one of {', '.join(_HIDDEN)}", path=path, place=place)
    if key == "largest" and not 0 < value <= _MOST_MIB:
        raise ConfigError(f"must be 1 to {_MOST_MIB} (MiB)", path=path, place=place)
    if key == "baseline" and not _is_below(value):
        raise ConfigError("must be a path below its folder", path=path, place=place)
    if key in {"guarded", "ignore"}:
        _check_globs(value, path, place)


def _is_below(name: str) -> bool:
    path = Path(name)
    return bool(path.name) and not path.is_absolute() and ".." not in path.parts


def _check_globs(globs: tuple[str, ...], path: Path, place: str) -> None:
    if not all(glob.strip("/") for glob in globs):
        raise ConfigError("must hold no empty pattern", path=path, place=place)
    if any(_is_odd(glob) for glob in globs):
        problem = "holds a pattern that matches nothing"
        remedy = 'write "/" between folders, no "!" before and no "." or ".." in it'
        raise ConfigError(problem, path=path, place=place, remedy=remedy)
    try:
        Globs.of(globs)
    except re.error:
        problem = "holds what is no pattern of file names"
        raise ConfigError(problem, path=path, place=place, remedy="mend its brackets") from None


def _is_odd(glob: str) -> bool:
    return glob.startswith("!") or "\\" in glob or not {".", ".."}.isdisjoint(glob.split("/"))


def _on_disk(path: Path) -> bytes | None:
    found = bounded.read(path, LARGEST)
    if found is not None and len(found) > LARGEST:
        raise ConfigError(f"has more than {LARGEST >> 20} MiB", path=path, remedy="shorten it")
    return found
