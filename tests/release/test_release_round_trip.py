"""What is released is what is loaded, whatever the text."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import corpus
from corpus.errors import ReleaseError
from corpus.model import FIELDS, LABELS, ROLES, Redacted, RedactedTurn, Redaction
from corpus.release import parquet
from corpus.release.claims import About
from corpus.release.read import Release
from corpus.release.sound import OPERATORS
from corpus.release.write import write

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@st.composite
def redactions(draw: st.DrawFn, turns: tuple[RedactedTurn, ...]) -> tuple[Redaction, ...]:
    found: dict[tuple[int, str, int], Redaction] = {}
    for _ in range(draw(st.integers(0, 3)) if turns else 0):
        turn, field = draw(st.sampled_from(turns)), draw(st.sampled_from(FIELDS))
        length = len(turn.speaker if field == "speaker" else turn.text)
        start = draw(st.integers(0, length))
        one = Redaction(
            turn=turn.index,
            field=field,
            start=start,
            end=draw(st.integers(start, length)),
            label=draw(st.sampled_from(LABELS)),
            mask=draw(st.sampled_from(("direct", "quasi"))),
            operator=draw(st.sampled_from(OPERATORS)),
            rule=draw(st.none() | st.sampled_from(["model", "decision", "presidio", "ours.own-1"])),
        )
        if one.start < one.end and not any(_touch(one, other) for other in found.values()):
            found[turn.index, field, start] = one
    return tuple(found[place] for place in sorted(found))


def _touch(one: Redaction, other: Redaction) -> bool:
    is_near = (one.turn, one.field) == (other.turn, other.field)
    return is_near and one.start < other.end and other.start < one.end


def _in_order(span: tuple[int | None, int | None]) -> tuple[int | None, int | None]:
    start, end = span
    return span if start is None or end is None else (min(start, end), max(start, end))


times = st.none() | st.integers(0, 2**40)
spans = st.tuples(times, times).map(_in_order)


@st.composite
def transcripts(draw: st.DrawFn, transcript_id: str) -> Redacted:
    said = draw(st.lists(st.tuples(texts, st.sampled_from(ROLES), texts, spans), max_size=4))
    turns = tuple(
        RedactedTurn(
            index=i, speaker=speaker, role=role, text=text, start_ms=start_ms, end_ms=end_ms
        )
        for i, (speaker, role, text, (start_ms, end_ms)) in enumerate(said)
    )
    kept = draw(st.integers(0, 9))
    return Redacted(
        transcript_id=transcript_id,
        cohort=draw(st.sampled_from(["work", "science"])),
        turns=turns,
        redactions=draw(redactions(turns)),
        kept=kept,
        kept_by_decision=draw(st.none() | st.integers(0, kept)),
        placeholders=draw(st.integers(0, 9)),
    )


@st.composite
def corpora(draw: st.DrawFn) -> list[Redacted]:
    numbers = draw(st.lists(st.integers(0, 99), min_size=1, max_size=5, unique=True))
    return [draw(transcripts(f"work_{number:04d}")) for number in numbers]


ABOUT = About(
    name="Invented",
    licence="CC-BY-4.0",
    description="Drawn by chance.",
    rules="",
    detector="",
    model=None,
    policy="default",
    policy_digest="",
    roster=False,
    consent_required=False,
    access="open",
    findings={},
)


@settings(deadline=None, max_examples=40)
@given(corpora())
def test_what_is_loaded_equals_what_was_released(given_transcripts: list[Redacted]) -> None:
    expected = sorted(given_transcripts, key=lambda t: t.transcript_id)
    with TemporaryDirectory() as folder:
        path = write(Path(folder), "1.0.0", redacted=given_transcripts, withheld=(), about=ABOUT)
        release = corpus.load(path)
        assert list(release) == expected
        assert [release[t.transcript_id] for t in expected] == expected
        assert len(release) == len(expected)


def test_a_table_of_many_files_and_row_groups_reads_in_order(
    redacted: tuple[Redacted, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "ROWS_PER_GROUP", 2)
    monkeypatch.setattr(parquet, "GROUPS_PER_FILE", 2)
    many = [replace(redacted[0], transcript_id=f"work_{n:04d}") for n in range(5)]
    path = write(tmp_path, "1.0.0", redacted=reversed(many), withheld=(), about=ABOUT)
    release = corpus.load(path)
    assert len(parquet.files(path, "turns")) == 3
    assert list(release) == many
    assert release["work_0003"] == many[3]
    assert release.turns.count_rows() == 10
    release.verify()


def test_a_release_knows_its_transcripts_by_id(release: Release) -> None:
    assert "work_0001" in release
    assert "work_0002" not in release
    with pytest.raises(KeyError, match="work_0002"):
        release["work_0002"]


def test_a_corpus_without_redactions_can_be_released(
    redacted: tuple[Redacted, ...], tmp_path: Path
) -> None:
    bare = replace(redacted[0], redactions=())
    release = corpus.load(write(tmp_path, "1.0.0", redacted=[bare], withheld=(), about=ABOUT))
    assert release.redactions.count_rows() == 0
    assert list(release) == [bare]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"text": "half \ud83d here"}, "work_0001, turn 0: it holds half a character"),
        ({"index": 7}, "work_0001, turn 0: turns are not numbered"),
        ({"role": "ghost"}, "work_0001, turn 0: its role is none that there is"),
        ({"start_ms": -1}, "work_0001, turn 0: it ends before it begins, or begins before"),
        ({"start_ms": 5, "end_ms": 4}, "work_0001, turn 0: it ends before it begins"),
    ],
)
def test_a_turn_that_cannot_be_released_is_named_without_its_text(
    change: dict[str, object], told: str, tmp_path: Path
) -> None:
    turn = RedactedTurn(index=0, speaker="P", role="participant", text="fine")
    broken = Redacted(
        transcript_id="work_0001",
        cohort="work",
        turns=(replace(turn, **change),),  # type: ignore[arg-type] # one field of either type
        redactions=(),
    )
    with pytest.raises(ReleaseError, match=told) as caught:
        write(tmp_path / "releases", "1.0.0", redacted=[broken], withheld=(), about=ABOUT)
    assert "half \ud83d" not in str(caught.value)
    assert caught.value.exit_code == 2
    assert not (tmp_path / "releases").exists()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"turn": 5}, "outside its turn"),
        ({"end": 99}, "outside its turn"),
        ({"start": 16}, "outside its turn"),
        ({"end": 3}, "or is empty"),
        ({"turn": 0}, "not in reading order"),
        ({"field": "speaker", "start": 0, "end": 10}, "overlaps the one before"),
        ({"field": "speaker", "start": 9, "end": 10}, "overlaps the one before"),
        ({"label": "NOBODY"}, "its label is none that there is"),
        ({"mask": "none"}, "its mask is none that there is"),
        ({"operator": "keep"}, "its operator is none that there is"),
        ({"rule": "Ada Quill"}, "its rule is none that there is"),
        ({"field": "note"}, "its field is none that there is"),
    ],
)
def test_a_redaction_that_cannot_be_is_refused(
    change: dict[str, Any], told: str, redacted: tuple[Redacted, ...], tmp_path: Path
) -> None:
    speaker, text = redacted[0].redactions
    moved = replace(text, **change)
    broken = replace(redacted[0], redactions=(speaker, moved))
    with pytest.raises(ReleaseError, match=told):
        write(tmp_path, "1.0.0", redacted=[broken], withheld=(), about=ABOUT)
