"""The logical digest covers every field, and nothing but content."""

from __future__ import annotations

import hashlib
from dataclasses import fields, replace

import pytest

from corpus.model import Redacted
from corpus.release import digest

LEAVES = [hashlib.sha256(bytes([n])).hexdigest() for n in range(7)]


def test_every_field_of_a_transcript_counts(redacted: tuple[Redacted, ...]) -> None:
    plain = redacted[0]
    other = {"transcript_id": "work_9", "cohort": "x", "turns": (), "redactions": (), "kept": 5}
    changed = [replace(plain, **{name: value}) for name, value in other.items()]  # type: ignore[arg-type] # each of its field's type
    changed += [replace(plain, placeholders=5), replace(plain, kept_by_decision=5)]
    assert {f.name for f in fields(plain)} == {*other, "placeholders", "kept_by_decision"}
    assert len({digest.of_transcript(t) for t in [plain, *changed]}) == 8


@pytest.mark.parametrize(
    "change", [{"speaker": "x"}, {"role": "other"}, {"text": "x"}, {"index": 5}]
)
def test_every_field_of_a_turn_counts(
    change: dict[str, object], redacted: tuple[Redacted, ...]
) -> None:
    first, *rest = redacted[0].turns
    changed = replace(redacted[0], turns=(replace(first, **change), *rest))  # type: ignore[arg-type] # as above
    assert digest.of_transcript(changed) != digest.of_transcript(redacted[0])


@pytest.mark.parametrize(
    "change",
    [
        {"turn": 0},
        {"field": "text"},
        {"start": 1},
        {"end": 9},
        {"label": "AGE"},
        {"mask": "quasi"},
        {"operator": "x"},
        {"rule": "x"},
    ],
)
def test_every_field_of_a_redaction_counts(
    change: dict[str, object], redacted: tuple[Redacted, ...]
) -> None:
    first, *rest = redacted[0].redactions
    changed = replace(redacted[0], redactions=(replace(first, **change), *rest))  # type: ignore[arg-type] # as above
    assert digest.of_transcript(changed) != digest.of_transcript(redacted[0])


def test_text_cannot_move_between_neighbouring_fields(redacted: tuple[Redacted, ...]) -> None:
    first, *rest = redacted[0].turns
    one, other = (
        replace(redacted[0], turns=(replace(first, speaker=s, text=t), *rest))
        for s, t in [("ab", "c"), ("a", "bc")]
    )
    assert digest.of_transcript(one) != digest.of_transcript(other)


def test_the_root_depends_on_every_leaf_and_on_their_order() -> None:
    roots = {digest.logical(LEAVES[:n]) for n in range(8)}
    roots |= {digest.logical(LEAVES[:n] + LEAVES[n + 1 :] + LEAVES[n : n + 1]) for n in range(6)}
    assert len(roots) == 14


def test_the_root_is_that_of_rfc_6962() -> None:
    def leaf(n: int) -> bytes:
        return hashlib.sha256(b"\0" + bytes.fromhex(LEAVES[n])).digest()

    pair = hashlib.sha256(b"\1" + leaf(0) + leaf(1)).digest()
    assert digest.logical(LEAVES[:3]) == hashlib.sha256(b"\1" + pair + leaf(2)).hexdigest()
    assert digest.logical([]) == hashlib.sha256(b"").hexdigest()


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        (2, "f0bc5448fae0bb25caff700da69c5c148344aa35176d56e7f4549a8497edf355"),
        (3, "0a0e574235447cf840db18987013c6df92db21821367e4c1a57df1bbb034f8b7"),
    ],
)
def test_the_digest_of_a_format_stays_what_it_is(
    form: int, expected: str, redacted: tuple[Redacted, ...]
) -> None:
    """If it changes, every published digest has become wrong: give the form a new number."""
    as_then = (
        replace(t, redactions=tuple(replace(r, operator="number") for r in t.redactions))
        for t in redacted
    )
    digests = [digest.of_transcript(t, form) for t in as_then]
    assert digest.logical(digests) == expected
