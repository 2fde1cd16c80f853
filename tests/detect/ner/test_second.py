"""What is in doubt is read again beside its like: then it stays, is found, or is as it was."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from tokenizers import Tokenizer

from corpus.detect.ner.encoding import ASKED, SHAPES, Encoder
from corpus.detect.ner.mentions import mentions
from corpus.detect.ner.model import CLASSES, FOLDER, Facts
from corpus.detect.ner.second import Verdict, reconsidered, verdicts
from corpus.detect.resolve import STAYS
from corpus.model import QUASI, Finding, Label, Mask, Span, Transcript

Build = Callable[..., Transcript]

TOKENIZER = Tokenizer.from_file(str(FOLDER / "tokenizer.json"))
SURE, NEVER, MAYBE = 0.99, 0.001, 0.3


class Reader:
    """A model that judges by the word before; `again` where it is asked about a string."""

    facts = Facts(classes=CLASSES, shapes=SHAPES, size=64, context=8, temperature=1.0, files={})
    encoder = Encoder(TOKENIZER)

    def __init__(self, first: dict[str, float], again: dict[str, float]) -> None:
        self._first, self._again = first, again
        self.asked: list[int] = []

    def logits(self, transcript: Transcript) -> NDArray[np.float32]:
        encoded = self.encoder.encode(transcript.turns)
        return self._said(encoded.ids, np.ones(len(encoded.ids), dtype=bool), self._first)

    def read(self, ids: NDArray[np.int64], shapes: NDArray[np.int64]) -> NDArray[np.float32]:
        asked = shapes >= ASKED
        self.asked.append(int(asked.sum()))
        return self._said(ids, asked, self._again)

    def _said(
        self, ids: NDArray[np.int64], judged: NDArray[np.bool_], says: dict[str, float]
    ) -> NDArray[np.float32]:
        logits = np.full((len(ids), len(CLASSES) + 1), -20.0, dtype=np.float32)
        for at, piece in enumerate(ids.tolist()):
            before = str(TOKENIZER.id_to_token(int(ids[at - 1]))) if at and judged[at] else ""
            share = says.get(before, NEVER) if TOKENIZER.id_to_token(piece) == "oslo" else NEVER
            logits[at, 0] = np.log(1 - share)
            logits[at, CLASSES.index("EMPLOYER")] = np.log(share)
        return logits


def findings(transcript: Transcript, reader: Reader) -> list[Finding]:
    encoded, logits = reader.encoder.encode(transcript.turns), reader.logits(transcript)
    found = list(mentions(encoded, logits, reader.facts))
    model = reader  # stands in for the loaded weights
    again = verdicts(transcript, encoded, logits, found, model)  # type: ignore[arg-type]
    return sorted(reconsidered(found, again), key=lambda finding: finding.span.position)


def shown(found: list[Finding]) -> list[tuple[int, str, str]]:
    return [(f.span.turn, f.mask, f.rule) for f in found]


HIDDEN = (0, "direct", "model.employer")


@pytest.mark.parametrize(
    ("first", "again", "expected"),
    [
        (NEVER, NEVER, [HIDDEN, (1, "none", STAYS)]),
        (NEVER, MAYBE, [HIDDEN]),
        (NEVER, SURE, [HIDDEN, (1, "direct", "model.employer")]),
        (MAYBE, NEVER, [HIDDEN, (1, "none", STAYS)]),
        (MAYBE, MAYBE, [HIDDEN, (1, "direct", "model.employer")]),
        (SURE, NEVER, [HIDDEN, (1, "direct", "model.employer")]),
    ],
)
def test_the_second_reading_decides_about_a_string_in_doubt(
    transcript: Build, first: float, again: float, expected: list[tuple[int, str, str]]
) -> None:
    built = transcript("P: we are at Oslo\nI: and open Oslo then")
    reader = Reader({"at": SURE, "open": first}, {"at": SURE, "open": again})
    assert shown(findings(built, reader)) == expected


def test_mentions_are_read_together_whatever_their_case(transcript: Build) -> None:
    built = transcript("P: we are at Oslo\nI: and OSLO?\nP: open oslo, not Osloer")
    reader = Reader({"at": SURE}, {"at": SURE})
    found = findings(built, reader)
    assert reader.asked == [3]
    assert [f.mask for f in found] == ["direct", "none", "none"]


@pytest.mark.parametrize("said", ["and that", "at Oslo?"])
def test_what_is_in_no_doubt_is_not_read_again(transcript: Build, said: str) -> None:
    reader = Reader({"at": SURE}, {})
    found = findings(transcript(f"P: we are at Oslo\nI: {said}"), reader)
    assert reader.asked == []
    assert {f.rule for f in found} == {"model.employer"}


def test_a_speaker_label_is_no_mention_to_read(transcript: Build) -> None:
    reader = Reader({"at": SURE}, {"at": SURE})
    assert shown(findings(transcript("Oslo: we are at Oslo\nI: fine"), reader)) == [HIDDEN]
    assert reader.asked == []


def test_what_the_first_reading_is_sure_of_stays_hidden(transcript: Build) -> None:
    built = transcript("P: we are at Oslo\nI: and open Oslo then")
    found = findings(built, Reader({"at": SURE}, {}))
    assert shown(found) == [HIDDEN, (1, "none", STAYS)]
    assert shown(findings(built, Reader({"at": 0.6}, {}))) == [
        (0, "none", STAYS),
        (1, "none", STAYS),
    ]


def test_a_sheet_without_a_mention_that_was_found_says_nothing(transcript: Build) -> None:
    idle = " ".join(["then it went on"] * 25)
    built = transcript("P: we are at Oslo\n" + f"I: {idle} and open Oslo. {idle}\n" * 12)
    reader = Reader({"at": SURE}, {"at": SURE})
    left = [f.span.turn for f in findings(built, reader) if f.mask == "none"]
    assert left == list(range(1, reader.asked[0]))
    assert len(reader.asked) == 1


def test_what_stands_too_often_is_left_to_repeats(transcript: Build) -> None:
    built = transcript("P: we are at Oslo\n" + "I: and open Oslo then\n" * 60)
    reader = Reader({"at": SURE}, {"at": SURE})
    assert shown(findings(built, reader)) == [HIDDEN]
    assert reader.asked == []


PLACES = st.builds(
    lambda start, size: Span(turn=0, start=start, end=start + size),
    st.integers(0, 30),
    st.integers(1, 12),
)
SHARES = st.sampled_from([NEVER, MAYBE, SURE])
VERDICTS = st.lists(
    st.builds(Verdict, PLACES, SHARES, SHARES, st.just("PERSON")), unique_by=lambda v: v.span
)


@given(st.lists(st.tuples(PLACES, st.sampled_from(["direct", "none"]))), VERDICTS)
def test_what_comes_out_is_disjoint_and_nothing_found_anew_is_lost(
    drawn: list[tuple[Span, Mask]], told: list[Verdict]
) -> None:
    found = [said(span, mask) for span, mask in apart(drawn)]
    again = sorted(reconsidered(found, told), key=lambda finding: finding.span.position)
    assert all(a.span.end <= b.span.start for a, b in pairwise(again))
    hidden = [f.span for f in again if f.mask != "none"]
    for verdict in told:
        if verdict.again == SURE:
            assert any(verdict.span.overlaps(span) for span in hidden)
    for finding in found:
        if finding.mask == "direct" and finding.span not in {v.span for v in told}:
            assert finding in again


def apart(drawn: list[tuple[Span, Mask]]) -> list[tuple[Span, Mask]]:
    """Return what overlaps nothing before it."""
    kept: list[tuple[Span, Mask]] = []
    for span, mask in drawn:
        if not any(span.overlaps(other) for other, _ in kept):
            kept.append((span, mask))
    return kept


def said(span: Span, mask: Mask) -> Finding:
    return Finding(
        span=span,
        label="PERSON",
        mask=mask,
        score=0.7,
        rule="model.person",
        recognizer="model",
        reason="invented",
    )


@pytest.mark.parametrize("found_first", [False, True])
def test_a_quasi_identifier_stays_only_where_the_second_reading_is_surer(
    *, found_first: bool
) -> None:
    """It is scored lower than a direct one anywhere; near nothing for one is not for the other."""

    def stays(label: Label, again: float) -> bool:
        span = Span(turn=0, field="text", start=0, end=4)
        before = Finding(
            span=span,
            label=label,
            mask="quasi" if label in QUASI else "direct",
            score=MAYBE,
            rule="model",
            recognizer="model",
            reason="",
        )
        found = [before] if found_first else []
        now = reconsidered(found, [Verdict(span, MAYBE, again, label)])
        return [finding.mask for finding in now] == ["none"]

    assert stays("EMPLOYER", 0.08)
    assert not stays("LOCATION", 0.08)
    assert stays("LOCATION", 0.01)
    assert not stays("EMPLOYER", 0.2)
