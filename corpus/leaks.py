"""What a workspace hides, looked for in everything that a release holds.

It rests on what redaction and propagation promise: a transcript shows nothing that it hides in
another of its places, and nobody shows an e-mail, phone, ID, handle or full name that anybody
hides. What a keep rule or a reviewer leaves standing in the raw transcript may stand. Numbers
are not looked at: they are positions, counts and times.
"""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

from corpus import confirmed
from corpus.confirmed import Identifier, Known, Lists
from corpus.errors import MachineError
from corpus.model import Field, Finding, Label, Redacted, Span, Transcript
from corpus.pages import layout
from corpus.redact.policy import Policy
from corpus.registry import Registry
from corpus.release import manifest as manifests
from corpus.release.read import Release
from corpus.release.sums import SUMS
from corpus.review.decisions import decide
from corpus.surfaces import Concordance, Coverage, key, unsourced

_ESCAPE = re.compile(r'\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}(?:\\u[0-9a-fA-F]{4})*)')
_TAG = re.compile(r"<[^<>]*>")


class Leak(NamedTuple):
    """Where a release shows what the workspace hides; the text itself is not told."""

    file: str
    """Below the release's folder; "file names" where one of them tells it."""
    place: str
    label: Label


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """What the transcripts of a workspace hide."""

    known: Known
    """What must stand nowhere, whoever hides it."""
    own: Mapping[str, Mapping[str, Label]] = field(repr=False)
    """For each transcript, the folded surfaces that must not stand in it."""
    recalled: Mapping[str, Mapping[str, Label]] = field(repr=False)
    """The same of mentions that were recalled, whatever a verdict keeps."""
    left: Callable[[str], _Left | None]
    """What stays of the raw transcript, None where there is none of this ID."""


class _Left(NamedTuple):
    """A raw transcript with what its findings leave standing."""

    transcript: Transcript
    findings: tuple[Finding, ...]
    policy: Policy

    def counts(self, identifier: Identifier) -> Counter[tuple[int, Field]]:
        """Return how often a surface may stand, by turn and field.

        Everyday words are also left alone where any finding claims them that hides nothing.
        """
        spans = (
            finding.span
            for finding in self.findings
            if finding.mask == "none" or (identifier.is_everyday and not self.policy.hides(finding))
        )
        covered = Coverage(self.transcript, spans)
        places = Concordance(self.transcript).occurrences(identifier.surface)
        return Counter((place.turn, place.field) for place in places if covered.holds(place))


def gather(registry: Registry, key_: bytes, policy: Policy, lists: Lists) -> Hidden:
    """Return what a workspace hides by what was found and decided until now.

    Args:
        registry: of the workspace.
        key_: its key.
        policy: what is hidden.
        lists: what says nothing by itself.
    """

    def of(transcript_id: str) -> _Left:
        transcript = registry.transcript(transcript_id)
        decisions = registry.decisions(transcript_id)
        found = decide(transcript, registry.findings(transcript_id), decisions, key_).findings
        return _Left(transcript, found, policy)

    def left(transcript_id: str) -> _Left | None:
        return of(transcript_id) if transcript_id in there else None

    there = {entry.transcript_id for entry in registry.entries()}
    known = Known()
    own: dict[str, dict[str, Label]] = {}
    for transcript_id in sorted(there):
        transcript, findings, _ = of(transcript_id)
        known.add(confirmed.confirmed(transcript, findings, policy.hides, lists).values())
        own[transcript_id] = {
            key(transcript.text_of(f.span)): f.label
            for f in findings
            if f.mask == "direct" and policy.hides(f)
        }
    recalled: dict[str, dict[str, Label]] = {}
    for mention in registry.recalls():
        recalled.setdefault(mention.transcript_id, {})[mention.text] = mention.label
    return Hidden(known=known, own=own, recalled=recalled, left=left)


def sweep(hidden: Hidden, release: Release) -> tuple[Leak, ...]:
    """Return where a release, which must be verified, shows what is hidden; in reading order.

    Raises:
        MachineError: a file cannot be read.
    """
    try:
        return _swept(hidden, release)
    except OSError as error:
        place = error.filename or release.path
        raise MachineError(f"{place}: it cannot be read ({error.strerror or error})") from error


def _swept(hidden: Hidden, release: Release) -> tuple[Leak, ...]:
    seen: dict[str, set[str]] = {}
    found: list[Leak] = []
    for transcript in release:
        found += _of_transcript(hidden, transcript)
        for column, values in _columns(transcript):
            seen.setdefault(column, set()).update(values)
    texts = list(chain(_names(release, seen), _files(release)))
    found += _of_texts(hidden, texts)
    return tuple(dict.fromkeys(found))


def _of_transcript(hidden: Hidden, redacted: Redacted) -> Iterator[Leak]:
    id_ = redacted.transcript_id
    transcript = unsourced(id_, ((t.speaker, t.text) for t in redacted.turns))
    concordance = Concordance(transcript)
    done = (Span(turn=r.turn, field=r.field, start=r.start, end=r.end) for r in redacted.redactions)
    covered = Coverage(transcript, done)
    left: _Left | None = None
    for identifier in _sought(hidden, id_, concordance):
        places = [
            place
            for place in confirmed.occurrences(transcript, identifier, concordance)
            if not covered.holds(place)
        ]
        if not places:
            continue
        left = left or hidden.left(id_)
        is_recalled = identifier.surface in hidden.recalled.get(id_, {})
        allowed = left.counts(identifier) if left and not is_recalled else Counter()
        counts = Counter((place.turn, place.field) for place in places)
        for p in places:
            if counts[p.turn, p.field] > allowed[p.turn, p.field]:
                where = f"{id_}, turn {p.turn}, {p.field} {p.start}-{p.end}"
                yield Leak("data/turns", where, identifier.label)


def _sought(hidden: Hidden, id_: str, concordance: Concordance) -> Iterator[Identifier]:
    yield from (k.identifier for k in hidden.known.among(concordance) if k.identifier.at_once)
    for surface, label in {**hidden.own.get(id_, {}), **hidden.recalled.get(id_, {})}.items():
        yield Identifier(
            surface=surface,
            label=label,
            score=1.0,
            recognizer="",
            at_once=True,
            is_everyday=False,
        )


class _Text(NamedTuple):
    """A text beside the turns."""

    file: str
    place: str
    """Empty where the line is told."""
    text: str


def _columns(redacted: Redacted) -> Iterator[tuple[str, Iterable[str]]]:
    yield "transcript_id", [redacted.transcript_id]
    yield "cohort", [redacted.cohort]
    yield "role", (turn.role for turn in redacted.turns)
    for column in ("field", "label", "mask", "operator", "rule"):
        yield column, (getattr(redaction, column) or "" for redaction in redacted.redactions)


def _names(release: Release, seen: Mapping[str, Iterable[str]]) -> Iterator[_Text]:
    """Yield what is a name of something, where words may be run together."""
    for column, values in seen.items():
        yield from (_Text("data", f"column {column}", value) for value in sorted(values))
    names = sorted((*release.manifest["files"], manifests.NAME, SUMS))
    for number, name in enumerate((release.path.name, *names)):
        place = f"the name of file {number}" if number else "the name of the folder"
        yield _Text("file names", place, name)
        if name.endswith(".parquet"):
            content = (release.path / name).read_bytes()
            for text in layout.texts(content):
                readings = _readings(text.decode(errors="replace"))
                yield from (_Text(name, "footer", reading) for reading in readings)


def _files(release: Release) -> Iterator[_Text]:
    for name in sorted((*release.manifest["files"], manifests.NAME, SUMS)):
        if not name.endswith(".parquet"):
            text = (release.path / name).read_bytes().decode(errors="replace")
            yield from (_Text(name, "", reading) for reading in _readings(text))


def _readings(text: str) -> set[str]:
    """Return a text as it stands, and as programs show what it means; lines stay lines."""
    return {
        text,
        _ESCAPE.sub(lambda match: _meant(match[0]), text),
        html.unescape(_TAG.sub(_blank, text)),
    }


def _meant(escape: str) -> str:
    meant: str = json.loads(f'"{escape}"')
    return " " if meant.isspace() else meant


def _blank(tag: re.Match[str]) -> str:
    return "\n" * tag[0].count("\n") or " "


def _of_texts(hidden: Hidden, texts: list[_Text]) -> Iterator[Leak]:
    transcript = unsourced("release_0000", (("", text.text) for text in texts))
    concordance = Concordance(transcript)
    for identifier in (k.identifier for k in hidden.known.all() if k.identifier.at_once):
        places = confirmed.occurrences(transcript, identifier, concordance)
        joined = _run_together(identifier, concordance)
        for span in chain(places, (s for s in joined if texts[s.turn].place)):
            text = texts[span.turn]
            line = text.text.count("\n", 0, span.start) + 1
            yield Leak(text.file, text.place or f"line {line}", identifier.label)


def _run_together(identifier: Identifier, concordance: Concordance) -> Iterator[Span]:
    if identifier.label == "PERSON" and not identifier.is_everyday:
        yield from concordance.run_together("".join(filter(str.isalpha, identifier.surface)))
