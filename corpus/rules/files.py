"""One YAML file in, its rules, keep entries or words out, each checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal, cast

from corpus.entries import Entry, parse
from corpus.errors import RuleError
from corpus.model import FIELDS, LABELS, MASKS, Label, Mask
from corpus.rules.checks import CHECKS
from corpus.rules.ruleset import Check, KeepEntry, Origin, Rule

_REQUIRED = ("id", "label", "mask", "pattern", "score", "why", "match", "miss")
_OPTIONAL = ("keywords", "field", "ignore_case", "check", "only", "unless")
_OF_KEEP = ("surfaces", "pattern", "keywords", "capitals", "before", "after")


def rules(
    path: Path, origin: Origin, lists: Mapping[str, tuple[str, ...]]
) -> Iterator[tuple[Entry, Rule]]:
    """Yield the rules of a file, each with its entry; they may name the word lists."""
    for entry in _listed(path, "rule"):
        entry.expect(required=_REQUIRED, optional=_OPTIONAL)
        for key in ("match", "miss"):
            entry.texts(key)
        yield entry, _checked(entry, _rule(entry, origin), lists)


def _rule(entry: Entry, origin: Origin) -> Rule:
    check = entry.one_of("check", CHECKS) if "check" in entry.values else None
    return Rule(
        id=entry.text("id"),
        label=cast("Label", entry.one_of("label", LABELS)),
        mask=cast("Mask", entry.one_of("mask", MASKS)),
        pattern=entry.text("pattern"),
        score=entry.share("score"),
        why=entry.text("why"),
        match=entry.texts("match"),
        miss=entry.texts("miss"),
        keywords=_lower(entry, "keywords", entry.texts("keywords")),
        field=cast("Literal['text']", entry.one_of("field", (*FIELDS, "both"), "text")),
        ignore_case=entry.flag("ignore_case"),
        check=cast("Check | None", check),
        only=entry.texts("only"),
        unless=entry.texts("unless"),
        origin=origin,
    )


def _checked(entry: Entry, rule: Rule, lists: Mapping[str, tuple[str, ...]]) -> Rule:
    for key, names in (("only", rule.only), ("unless", rule.unless)):
        for name in names:
            if name not in lists:
                raise entry.error(key, f"names no word list: {name}", "define it in words.yaml")
    if rule.origin == "steward":
        _compile(entry, "pattern")
    return rule


def keep(path: Path, origin: Origin) -> Iterator[tuple[Entry, KeepEntry]]:
    """Yield the keep entries of a file, each with its entry."""
    for entry in _listed(path, "keep entry"):
        entry.expect(required=("id", "why", "match", "miss"), optional=_OF_KEEP)
        if ("surfaces" in entry.values) == ("pattern" in entry.values):
            remedy = "give it either surfaces or a pattern"
            raise entry.error("surfaces", "stands with a pattern, or neither does", remedy)
        made = KeepEntry(
            id=entry.text("id"),
            surfaces=entry.listed("surfaces") if "surfaces" in entry.values else (),
            pattern=entry.text("pattern"),
            keywords=_lower(entry, "keywords", entry.texts("keywords")),
            capitals=entry.flag("capitals"),
            before=entry.text("before"),
            after=entry.text("after"),
            why=entry.text("why"),
            match=entry.texts("match"),
            miss=entry.texts("miss"),
            origin=origin,
        )
        if made.origin == "steward":
            for key in ("pattern", "before", "after"):
                _compile(entry, key)
        yield entry, made


def ambiguous(path: Path) -> tuple[str, ...]:
    """Return the words of a file that holds ambiguous ones."""
    entry = Entry.of(parse(path), path=path, place="", kind="mapping")
    entry.expect(required=("words",))
    return _lower(entry, "words", entry.listed("words"))


def words(path: Path) -> dict[str, tuple[str, ...]]:
    """Return the word lists of a file, by id."""
    entry = Entry.of(parse(path), path=path, place="", kind="set of word lists")
    return {name: _lower(entry, name, entry.listed(name)) for name in entry.values}


def _listed(path: Path, kind: str) -> Iterator[Entry]:
    """Yield the entries of a file that holds a list."""
    raw = parse(path)
    if not isinstance(raw, list) or not raw:
        remedy = f"begin each {kind} with `- id: …`"
        raise RuleError(f"is not a list of {kind}s", path=path, remedy=remedy)
    for number, item in enumerate(raw, start=1):
        yield Entry.of(item, path=path, place=f"{kind} {number}", kind=kind)


def _lower(entry: Entry, key: str, texts: tuple[str, ...]) -> tuple[str, ...]:
    if any(text != text.lower() for text in texts):
        raise entry.error(key, "are not all lower case", "write them in lower case")
    return texts


def _compile(entry: Entry, key: str) -> None:
    """Refuse a text that is no regular expression."""
    import regex

    try:
        regex.compile(entry.text(key), regex.V0)
    except regex.error as error:
        problem = f"is not a regular expression ({error})"
        raise entry.error(key, problem, "mend it; keep it in single quotes") from error
