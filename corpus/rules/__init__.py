"""Rules as data: YAML folders come in, one typed set of rules with its digest goes out.

A folder holds lists of rules in any number of `*.yaml` files, and may hold files of
other forms: `keep.yaml` or a folder `keep` of several (what stays), `words.yaml` (word
lists that rules name), `ambiguous.yaml` (words that are also names) and `engine.yaml`
(recognizers of Presidio's to run beside ours).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import TypeVar

from corpus import engine
from corpus.entries import Entry
from corpus.errors import RuleError
from corpus.rules import files
from corpus.rules.ruleset import KeepEntry, Origin, Rule, RuleSet

_SINGLE = ("words.yaml", "ambiguous.yaml", "engine.yaml")
_KEEP = "keep"

_Item = TypeVar("_Item", Rule, KeepEntry)


def builtin_folder() -> Path:
    """Return the folder of our own rules, in a checkout or in an installed wheel."""
    package = Path(__file__).resolve().parents[1]
    wheel = package / "_rules"
    return wheel if wheel.is_dir() else package.parent / "rules"


def load(folders: Sequence[Path]) -> RuleSet:
    """Return what the folders say, taken together; each may add, none may replace.

    Raises:
        RuleError: a folder or file does not hold; it names file, rule, key and remedy.
    """
    return _loaded(tuple((path, _state(path)) for path in paths(folders)))


def paths(folders: Sequence[Path]) -> list[Path]:
    """Return the files of rules that the folders hold, in the order that they are read in.

    Raises:
        RuleError: a folder is not there.
    """
    return [path for folder in folders for path in _files(folder)]


def _state(path: Path) -> tuple[int, ...]:
    """Return what is another as soon as somebody wrote to the file."""
    try:
        found = path.stat()
    except OSError:
        return ()
    return (found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


@lru_cache(maxsize=4)
def _loaded(states: tuple[tuple[Path, tuple[int, ...]], ...]) -> RuleSet:
    """Read the files; a process that asks again gets the same rules until a file changes."""
    found = [path for path, _ in states]
    words = _merged(files.words(path) for path in found if path.name == "words.yaml")
    ambiguous = (files.ambiguous(path) for path in found if path.name == "ambiguous.yaml")
    engaged = (e for path in found if path.name == "engine.yaml" for e in engine.load(path))
    return RuleSet(
        rules=_unique(
            r for path in found if _is_list(path) for r in files.rules(path, origin(path), words)
        ),
        keep=_unique(k for path in found if _is_keep(path) for k in files.keep(path, origin(path))),
        ambiguous=frozenset(chain.from_iterable(ambiguous)),
        engine=engine.merged(engaged),
        words=words,
    )


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise RuleError("no folder of rules", path=folder, remedy="name one that is there")
    of_keep = (folder / _KEEP).glob("*.yaml")
    return sorted((*folder.glob("*.yaml"), *folder.glob("*.yml"), *of_keep))


def _is_keep(path: Path) -> bool:
    return path.name == f"{_KEEP}.yaml" or path.parent.name == _KEEP


def _is_list(path: Path) -> bool:
    return not _is_keep(path) and path.name not in _SINGLE


def origin(path: Path) -> Origin:
    """Return whose rules a file holds."""
    return "builtin" if path.is_relative_to(builtin_folder()) else "steward"


def _merged(lists: Iterable[Mapping[str, tuple[str, ...]]]) -> dict[str, tuple[str, ...]]:
    merged: dict[str, tuple[str, ...]] = {}
    for words in lists:
        for name, more in words.items():
            merged[name] = tuple(sorted({*merged.get(name, ()), *more}))
    return merged


def _unique(items: Iterable[tuple[Entry, _Item]]) -> tuple[_Item, ...]:
    found: dict[str, tuple[Entry, _Item]] = {}
    for entry, item in items:
        if item.id in found:
            problem = f"is taken, see {found[item.id][0].path}"
            raise entry.error("id", problem, "give it another id")
        found[item.id] = (entry, item)
    return tuple(found[id_][1] for id_ in sorted(found))
