"""The settings of a check: `[check]` of corpus.toml, or `[tool.corpus.check]` of pyproject.toml."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, get_args

from corpus import config
from corpus.check.globs import Globs
from corpus.check.types import Model, Unregistered
from corpus.errors import ConfigError, MachineError
from corpus.model import LABELS

_PYPROJECT = "pyproject.toml"
_HIDDEN = ("direct", "quasi")


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

    def is_guarded(self, name: str) -> bool:
        """Tell whether a file must be of a pinned release."""
        return self._matches(self.guarded, name)

    def ignores(self, name: str) -> bool:
        """Tell whether a file is not looked at."""
        return self._matches(self.ignore, name)

    def _matches(self, globs: tuple[str, ...], name: str) -> bool:
        """Match a name below the top with globs that begin at the root."""
        if not globs:
            return False
        if self.root != self.top:
            name = os.path.relpath(self.top / name, self.root)
        return Globs.of(globs).match(name)


_NOT_SET = frozenset({"root", "top", "rules"})
_DEFAULTS = {f.name: f.default for f in fields(Settings) if f.name not in _NOT_SET}
_CHOICES: Mapping[str, Sequence[str]] = {
    "masks": _HIDDEN,
    "labels": LABELS,
    "unregistered": get_args(Unregistered),
    "model": get_args(Model),
    "thresholds": ("high-recall", "balanced", "cautious"),
}
_MOST_MIB = 4096


def load(start: Path, top: Path | None = None) -> Settings:
    """Return the settings that the folder lies under, looking upwards; defaults without any.

    Args:
        start: where to begin.
        top: of the repository, if it lies in one.

    Raises:
        ConfigError: they do not hold; it names file and setting.
        MachineError: a file of settings cannot be read.
    """
    for folder in (start.resolve(), *start.resolve().parents):
        found = _of_folder(folder)
        if found is not None:
            return replace(found, top=top or found.root)
    root = top or start.resolve()
    return Settings(root=root, top=root)


def _of_folder(folder: Path) -> Settings | None:
    ours, theirs = folder / config.FILE_NAME, folder / _PYPROJECT
    in_theirs = _of_pyproject(theirs)
    if not ours.is_file():
        return None if in_theirs is None else _checked(in_theirs, theirs, "tool.corpus.check")
    written = _bytes(ours)
    whole = config.parse(written, ours)
    in_ours = tomllib.loads(written.decode()).get(config.CHECK)
    if in_ours is not None and in_theirs is not None:
        problem = f"there are settings of the check in {_PYPROJECT} beside it as well"
        raise ConfigError(problem, path=ours, place="[check]", remedy="keep one of the two")
    rules = folder / whole.rules
    path, table = (ours, "check") if in_theirs is None else (theirs, "tool.corpus.check")
    return _checked(
        in_ours or in_theirs or {}, path, table, rules=rules if rules.is_dir() else None
    )


def _of_pyproject(path: Path) -> Mapping[str, Any] | None:
    if not path.is_file():
        return None
    written = _bytes(path)
    if b"corpus" not in written:
        return None
    try:
        table: Any = tomllib.loads(written.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise ConfigError("not valid TOML", path=path, remedy="mend it") from None
    for key in ("tool", "corpus", "check"):
        table = table.get(key) if isinstance(table, dict) else None
    if table is not None and not isinstance(table, dict):
        raise ConfigError("must be a table", path=path, place="[tool.corpus] check")
    return table


def _checked(
    values: Mapping[str, Any], path: Path, table: str, rules: Path | None = None
) -> Settings:
    settings: dict[str, Any] = {}
    for key, value in values.items():
        place = f"[{table}] {key}"
        if key not in _DEFAULTS:
            remedy = f"the settings here are {', '.join(_DEFAULTS)}"
            raise ConfigError("unknown setting", path=path, place=place, remedy=remedy)
        settings[key] = config.typed(value, _DEFAULTS[key], path, place)
        _check_choice(key, settings[key], path, place)
    return Settings(**settings, root=path.parent, rules=rules)


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
    if not all(globs):
        raise ConfigError("must hold no empty pattern", path=path, place=place)
    try:
        Globs.of(globs)
    except re.error:
        problem = "holds what is no pattern of file names"
        raise ConfigError(problem, path=path, place=place, remedy="mend its brackets") from None


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise MachineError(f"{path} cannot be read: {error.strerror}") from error
