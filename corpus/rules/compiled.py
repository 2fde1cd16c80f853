"""Folders of rules in, the rules ready to run out, as a check needs them: at once.

What is read out of the YAML files is kept by the digest of their bytes. Examples and keep entries
are left out: a check has no use for them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from corpus import rules
from corpus.errors import RuleError
from corpus.rules import cache
from corpus.rules.matching import Matcher, matchers
from corpus.rules.ruleset import Rule, RuleSet


def ready(folders: Sequence[Path]) -> tuple[Matcher, ...]:
    """Return the rules of folders, ready to run.

    Raises:
        RuleError: a folder or file does not hold.
    """
    digest = cache.key(*_contents(folders))
    kept = cache.read(digest)
    if kept is None:
        kept = _packed(rules.load(folders))
        cache.write(digest, kept)
    return matchers(_unpacked(kept))


def _contents(folders: Sequence[Path]) -> Iterator[bytes]:
    for path in rules.paths(folders):
        yield f"{rules.origin(path)} {path.parent.name}/{path.name}".encode(
            "utf-8", "surrogateescape"
        )
        try:
            yield path.read_bytes()
        except OSError as error:
            problem = f"cannot be read ({type(error).__name__})"
            raise RuleError(problem, path=path, remedy="make it readable") from None


def _packed(loaded: RuleSet) -> dict[str, Any]:
    slim = [asdict(replace(rule, match=(), miss=())) for rule in loaded.rules]
    named = {name for rule in loaded.rules for name in (*rule.only, *rule.unless)}
    return {"rules": slim, "words": {name: loaded.words[name] for name in named}}


def _unpacked(kept: Mapping[str, Any]) -> RuleSet:
    return RuleSet(
        rules=tuple(Rule(**{k: _tuple(v) for k, v in rule.items()}) for rule in kept["rules"]),
        words={name: tuple(words) for name, words in kept["words"].items()},
    )


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
