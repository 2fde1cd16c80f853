"""Transcript -> findings: disjoint, in reading order, repeats included."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Self

from corpus import ids, rules
from corpus.detect import foreign, language, nicknames, roster
from corpus.detect.keep import Keep
from corpus.detect.patterns import Patterns
from corpus.detect.recognizer import Recognizer
from corpus.detect.repeats import repeat
from corpus.detect.resolve import resolve
from corpus.detect.roster import Roster
from corpus.detect.speakers import ROLES, Speakers
from corpus.detect.variants import PUBLIC
from corpus.errors import DetectorError
from corpus.layers import needs
from corpus.model import Finding, Transcript
from corpus.rules.ruleset import RuleSet
from corpus.surfaces import Concordance

if TYPE_CHECKING:
    from corpus.detect.ner import Ner
    from corpus.detect.presidio import Engine

__all__ = ["Detector", "Recognizer", "detect", "grow"]

_ROUNDS = 20
"""Repeats of repeats come to rest after two or three."""


class Detector:
    """All recognizers with what they were loaded from; made once per process."""

    __slots__ = ("_engine", "_foreign", "ambiguous", "digest", "model", "public", "recognizers")

    def __init__(
        self,
        ruleset: RuleSet,
        entries: Sequence[roster.Entry] = (),
        *,
        model: Ner | None = None,
        use_presidio: bool = True,
    ) -> None:
        self.ambiguous = ruleset.ambiguous
        self.public = frozenset(ruleset.words.get(PUBLIC, ()))
        self.recognizers: tuple[Recognizer, ...] = (
            Patterns(ruleset),
            Speakers(ruleset.words.get(ROLES, ())),
            Roster(entries, ruleset.ambiguous, self.public),
            Keep(ruleset.keep, ruleset.ambiguous),
            *((model,) if model else ()),
        )
        self.model = model.digest if model else None
        self._foreign = foreign.chosen(ruleset.engine) if use_presidio else None
        self._engine: Engine | None = None
        self.digest = _digest(ruleset, entries, model=self.model, use_presidio=use_presidio)

    @classmethod
    def load(
        cls,
        folders: Sequence[Path],
        roster_path: Path | None = None,
        *,
        use_model: bool = True,
        use_presidio: bool = True,
    ) -> Self:
        """Load rules, keep lists and roster; the model's weights wait until they are needed.

        Raises:
            DetectorError: the model is not there.
            LayerError: what the model needs is not installed.
            RuleError: a rule, keep list or the roster does not hold.
        """
        entries = roster.load(roster_path) if roster_path else ()
        model = None
        if use_model:
            with needs("steward"):
                from corpus.detect.ner import Ner
            model = Ner()
        return cls(rules.load(folders), entries, model=model, use_presidio=use_presidio)

    def recognize(self, transcript: Transcript) -> Iterator[Finding]:
        """Yield what each recognizer finds by itself, yet to be resolved.

        Raises:
            DetectorError: a recognizer could not do its work.
            LayerError: Presidio is wanted and not installed.
        """
        if self._foreign is None:
            for recognizer in self.recognizers:
                yield from recognizer.recognize(transcript)
            return
        if self._engine is None:
            with needs("steward"):
                from corpus.detect.presidio import Engine
            self._engine = Engine(self.recognizers, self._foreign)
        yield from self._engine.recognize(transcript)


def detect(transcript: Transcript, detector: Detector) -> tuple[Finding, ...]:
    """Return what may identify someone, and what looks like it and stays (mask none).

    Each occurrence of a hidden surface is hidden too, or is under a `none` finding.

    Raises:
        DetectorError: a recognizer could not do its work.
    """
    return grow(transcript, detector.recognize(transcript), detector, Concordance.of(transcript))


def grow(
    transcript: Transcript,
    findings: Iterable[Finding],
    detector: Detector,
    concordance: Concordance,
) -> tuple[Finding, ...]:
    """Return the findings, resolved, with all that repeats them, and repeats of these.

    Raises:
        DetectorError: there is no end to them.
    """
    found = resolve(transcript, findings)
    for _ in range(_ROUNDS):
        repeated = repeat(
            transcript,
            found,
            concordance=concordance,
            ambiguous=detector.ambiguous,
            public=detector.public,
        )
        grown = resolve(transcript, repeated)
        if grown == found:
            return found
        found = grown
    raise DetectorError(
        f"{transcript.transcript_id}: repeats of what was found do not come to rest"
        " - report this; nothing was passed as clean"
    )


def _digest(
    ruleset: RuleSet, entries: Sequence[roster.Entry], *, model: str | None, use_presidio: bool
) -> str:
    known = sorted((e.transcript_id, e.label, e.mask, e.text) for e in entries)
    rows = (cell for row in known for cell in row)
    return ids.digest((_code(), ruleset.digest, str(model), str(use_presidio), *rows))


@cache
def _code() -> str:
    """Return the digest of our own code and data that may change findings."""
    package = Path(__file__).parents[1]
    files = [*package.glob("detect/**/*.py"), *package.glob("rules/*.py"), package / "surfaces.py"]
    files += [rules.builtin_folder() / name for name in (nicknames.FILE, language.FILE)]
    return ids.digest(path.read_text(encoding="utf-8") for path in sorted(files))
