"""Findings as SARIF 2.1.0, which code scanning reads; without any text of the files."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from corpus import __version__, ids
from corpus.check.speaking import own
from corpus.check.speaking.shown import dumped, has_position, text, where
from corpus.check.types import Fate, Place

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
MOST = 5000
"""Results of a run; GitHub looks at no more."""

_CLASSES = (4, 8, 16, 32, 64)
"""The length of a name narrows down whose it is; a class does less so."""
_MEANT = {"\\": r"\\", "[": r"\[", "]": r"\]", "{": "{{", "}": "}}"}

_Found = tuple[Fate, Place, str]
"""With the fingerprint."""


def render(fates: Sequence[Fate], rules: Mapping[str, str]) -> str:
    """Return the log; ASCII throughout.

    Args:
        fates: what became of the items.
        rules: what each rule is for, in a sentence, by ID; of one that not anybody may see nothing,
            and it is not listed unless it found something.
    """
    found = list(_found(fates))
    listed = sorted(found, key=lambda f: f[1].level == "warning")[:MOST]
    known = sorted(
        {*(r for r, why in rules.items() if why), *own.OWN, *(place.rule for _, place, _ in listed)}
        - {""}
    )
    numbers = {rule: number for number, rule in enumerate(known)}
    notes = [*_unreadable(fates), *_cut(len(found) - len(listed))]
    return _log(
        rules=[_rule(rule, rules) for rule in known],
        is_done=all(f.treatment != "unreadable" for f in fates),
        notes=notes,
        results=[_result(*one, numbers) for one in listed],
    )


def failed(message: str) -> str:
    """Return the log of a check that did not come to its end."""
    note = {
        "descriptor": {"id": "not-checked"},
        "level": "error",
        "message": {"text": _plain(message)},
    }
    return _log(rules=[], is_done=False, notes=[note], results=[])


def _log(
    *,
    rules: Sequence[Mapping[str, Any]],
    is_done: bool,
    notes: Sequence[Mapping[str, Any]],
    results: Sequence[Mapping[str, Any]],
) -> str:
    run = {
        "tool": {
            "driver": {"name": "corpus check", "semanticVersion": __version__, "rules": rules}
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": is_done, "toolExecutionNotifications": notes}],
        "results": results,
    }
    return dumped({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _found(fates: Sequence[Fate]) -> Iterator[_Found]:
    for fate in fates:
        seen: Counter[str] = Counter()
        for place in fate.places:
            print_ = place.print or ids.digest([fate.name, place.rule])[:32]
            seen[print_] += 1
            number = f":{seen[print_]}" if seen[print_] > 1 else ""
            yield fate, place, f"{print_}{number}"


def _rule(rule: str, rules: Mapping[str, str]) -> dict[str, Any]:
    ours = own.of(rule)
    why = {"text": text(rules.get(rule) or ours.why)}
    return {
        "id": text(rule),
        "shortDescription": why,
        "fullDescription": why,
        "help": {"text": ours.remedy},
        "defaultConfiguration": {"level": ours.level},
    }


def _result(
    fate: Fate, place: Place, fingerprint: str, numbers: Mapping[str, int]
) -> dict[str, Any]:
    return {
        "ruleId": text(place.rule),
        "ruleIndex": numbers[place.rule],
        "level": place.level,
        "message": {"text": _message(place)},
        "locations": [_location(fate.name, place)],
        "partialFingerprints": {"corpus/v1": fingerprint},
    }


def _message(place: Place) -> str:
    length = f" ({_length_class(place.length)} characters)" if place.length else ""
    words = f" in {where(place)}" if place.inside else ""
    return _plain(f"{place.label}{length}{words}")


def _plain(message: str) -> str:
    """Return a message in which nothing is a link or to be filled in."""
    return "".join(_MEANT.get(c, c) for c in text(message))


def _length_class(length: int) -> str:
    least = 1
    for most in _CLASSES:
        if length <= most:
            return f"{least} to {most}"
        least = most + 1
    return f"over {_CLASSES[-1]}"


def _location(name: str, place: Place) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": _artifact(name)}
    if place.inside:
        logical = [{"fullyQualifiedName": text(place.inside)}]
        return {"physicalLocation": physical, "logicalLocations": logical}
    if has_position(place):
        physical["region"] = {"startLine": place.line, "startColumn": place.column}
    return {"physicalLocation": physical}


def _artifact(name: str) -> dict[str, str]:
    path = quote(os.fsencode(name))
    if PurePosixPath(name).is_absolute():
        return {"uri": f"file:///{path.lstrip('/')}"}
    return {"uri": path, "uriBaseId": "%SRCROOT%"}


def _unreadable(fates: Sequence[Fate]) -> Iterator[dict[str, Any]]:
    unreadable = [fate for fate in fates if fate.treatment == "unreadable"]
    for fate in unreadable[:MOST]:
        why = fate.why[-1] if fate.why else ""
        yield {
            "descriptor": {"id": "not-checked"},
            "level": "error",
            "message": {"text": _plain(f"not checked: {why}")},
            "locations": [{"physicalLocation": {"artifactLocation": _artifact(fate.name)}}],
        }


def _cut(number: int) -> Iterator[dict[str, Any]]:
    if number:
        yield {
            "descriptor": {"id": "cut"},
            "level": "warning",
            "message": {"text": f"{number} more findings are not listed"},
        }
