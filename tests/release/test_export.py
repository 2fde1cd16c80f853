"""What is exported is what was released, and `corpus ingest` reads it back."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import corpus
from corpus.errors import InputError, MachineError, ReleaseError
from corpus.ingest.formats import read_file
from corpus.ingest.speakers.roles import Roles
from corpus.model import Draft, Redacted, RedactedTurn
from corpus.release import export, forms
from corpus.release.export import FORMATS, Format
from corpus.release.read import Release

Said = list[tuple[str, str, str, int | None, int | None]]


def said(turns: Iterable[Any]) -> Said:
    return [(t.speaker, t.role, t.text, t.start_ms, t.end_ms) for t in turns]


def timeless(turns: Iterable[Any]) -> list[tuple[str, str]]:
    return [(speaker, text) for speaker, _, text, _, _ in said(turns)]


def drafts(path: Path) -> tuple[Draft, ...]:
    paths = sorted(path.iterdir()) if path.is_dir() else [path]
    return tuple(d for p in paths for d in read_file(str(p), roles=Roles.default()))


def conversation(*turns: tuple[str, str], transcript_id: str = "work_0001") -> Redacted:
    roles = Roles.default().assign((speaker for speaker, _ in turns), {})
    return Redacted(
        transcript_id=transcript_id,
        cohort="work",
        turns=tuple(
            RedactedTurn(index=i, speaker=speaker, role=roles[speaker], text=text)
            for i, (speaker, text) in enumerate(turns)
        ),
        redactions=(),
    )


@pytest.mark.parametrize("form", FORMATS)
def test_a_release_comes_back_with_ids_and_turns(
    form: Format, release: Release, tmp_path: Path
) -> None:
    done = release.export(tmp_path / "out", form)
    assert (done.path, done.format, done.transcripts) == (tmp_path / "out", form, 3)
    back = drafts(done.path)
    assert [d.claimed_id for d in back] == [t.transcript_id for t in release]
    assert [said(d.turns) for d in back] == [said(t.turns) for t in release]


def test_markdown_is_the_published_form(release: Release, tmp_path: Path) -> None:
    release.export(tmp_path / "out", "markdown")
    assert (tmp_path / "out" / "work_0003.md").read_text("utf-8") == (
        "# Dialog work_0003\n\n**Transcript ID:** work_0003\n\n---\n\n"
        "Interviewer: Where do you work?\n\n"
        "[PERSON_1]: At [EMPLOYER_1], with 👩‍🌾 and Dictionary<int, string>.\n"
    )


def test_jsonl_has_a_record_a_transcript(release: Release, tmp_path: Path) -> None:
    release.export(tmp_path / "out.jsonl")
    records = [json.loads(x) for x in (tmp_path / "out.jsonl").read_text("utf-8").splitlines()]
    assert [(r["id"], r["cohort"], len(r["turns"])) for r in records] == [
        (t.transcript_id, t.cohort, len(t.turns)) for t in release
    ]
    assert records[0]["turns"][0] == {
        "speaker": "Interviewer",
        "role": "interviewer",
        "text": "Where do you work?",
        "start_ms": None,
        "end_ms": None,
    }


def test_csv_has_a_row_a_turn(release: Release, tmp_path: Path) -> None:
    release.export(tmp_path / "out.csv", "csv")
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    expected = release.turns.to_table().to_pylist()
    assert rows == [{k: "" if v is None else str(v) for k, v in row.items()} for row in expected]


@pytest.mark.parametrize("formula", ["=cmd|' /C calc'!A0", "+1", "-1", "@sum", "'=x", "''-1", "'a"])
def test_no_cell_of_a_table_is_computed_and_each_comes_back(formula: str, tmp_path: Path) -> None:
    given_one = conversation(("Ana", formula), ("Ben", "So."))
    export.write([given_one], tmp_path / "out.csv", "csv")
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        assert not any(cell.startswith(tuple("=+-@")) for row in csv.reader(file) for cell in row)
    (back,) = drafts(tmp_path / "out.csv")
    assert said(back.turns) == said(given_one.turns)


def test_a_table_of_others_keeps_its_quotation_marks(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("speaker,text\nAna,'=x\nBen,-1\n")
    (back,) = drafts(tmp_path / "x.csv")
    assert [t.text for t in back.turns] == ["'=x", "-1"]


def test_times_come_back(tmp_path: Path) -> None:
    turns = conversation(("Ana", "So?"), ("Ben", "So."), ("Ana", "Oh.")).turns
    when = [(0, 900), (1_000, None), (None, None)]
    timed = replace(
        conversation(),
        turns=tuple(
            replace(t, start_ms=a, end_ms=b) for t, (a, b) in zip(turns, when, strict=True)
        ),
    )
    for form in ("jsonl", "csv"):
        export.write([timed], tmp_path / form, form)
        (back,) = drafts(tmp_path / form)
        assert said(back.turns) == said(timed.turns)


words = st.sampled_from(
    [
        *("I", "work", "At", "home", "Ana", "élan", "👩‍🌾", "[EMPLOYER_1]", "[DATE 2020]", "AI"),
        *("User", "code:", "Note:", "User:", "Ben:", "12:30", "-1", "=x", "'ok'", ">", "```", "#"),
        *("---", "*", "1.", "`x`", "(laughs)", '"', ",", ";", "\\", "&amp;"),
    ]
)
texts = st.lists(
    st.tuples(words, st.sampled_from([" ", " ", " ", "\n", "\n\n"])), min_size=1, max_size=10
).map(lambda parts: "".join(a + b for a, b in parts).strip())
speakers = st.sampled_from(
    [
        *(("Assistant", "User"), ("AI", "User"), ("Ana", "Ben"), ("Interviewer", "P7")),
        *(("[PERSON_1]", "[PERSON_2]"), ("SPEAKER_00", "SPEAKER_01"), ("Dr. Moe", "Q")),
    ]
)


@st.composite
def conversations(draw: st.DrawFn) -> Redacted:
    """Draw a conversation as ingest leaves it: what it puts right has been put right."""
    pair, spoken = draw(speakers), draw(st.lists(texts, min_size=2, max_size=6))
    drawn = conversation(*((pair[i % 2], text) for i, text in enumerate(spoken)))
    back = _through(drawn, "jsonl")
    tidied = replace(
        drawn,
        turns=tuple(
            RedactedTurn(index=t.index, speaker=t.speaker, role=t.role, text=t.text) for t in back
        ),
    )
    assume(all(t.text for t in tidied.turns))
    return tidied


def _through(transcript: Redacted, form: Format) -> tuple[Any, ...]:
    with TemporaryDirectory() as folder:
        export.write([transcript], Path(folder) / "x", form)
        (back,) = drafts(Path(folder) / "x")
    assert back.claimed_id == transcript.transcript_id
    return back.turns


fuzzed = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])


@fuzzed
@given(conversations(), st.sampled_from(["jsonl", "csv"]))
def test_any_text_comes_back_from_records(transcript: Redacted, form: Format) -> None:
    assert said(_through(transcript, form)) == said(transcript.turns)


@fuzzed
@given(conversations())
def test_any_text_comes_back_from_markdown_or_is_named(transcript: Redacted) -> None:
    if forms.is_plain(transcript):
        assert timeless(_through(transcript, "markdown")) == timeless(transcript.turns)


@pytest.mark.parametrize(
    "turns",
    [
        (("Assistant", "Why?"), ("User", "He wrote:\n\nUser: hello\n\nand left")),
        (("Assistant", "Why?"), ("User", "```\nfor ever")),
        (("Ana", "So?"), ("Ben", "Well.\n\nCem: what?")),
        (("Ana", "So?"), ("Ben", "One.\n\n**Transcript ID:** work_0002\n\nTwo.")),
        (("Ana", "So?"), ("Moe, Eva", "Yes.")),
        (("Ana", "I talk"), ("Ana", "alone")),
        (("Ana", "So?"), ("Ben", "")),
    ],
    ids=["side", "fence", "chat", "header", "label", "alone", "empty"],
)
def test_markdown_that_may_be_read_otherwise_is_named(
    turns: tuple[tuple[str, str], ...], tmp_path: Path
) -> None:
    doubtful = conversation(*turns)
    plain = conversation(("AI", "Note: a"), ("User", "b: c\n\nNote: d"), transcript_id="work_0002")
    done = export.write([doubtful, plain], tmp_path / "out", "markdown")
    assert done.ambiguous == ("work_0001",)
    assert export.write([doubtful], tmp_path / "x", "jsonl").ambiguous == ()


@pytest.mark.parametrize("form", FORMATS)
def test_nothing_that_is_there_is_overwritten_unless_asked(
    form: Format, release: Release, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    there = out / "work_0003.md" if form == "markdown" else out
    there.parent.mkdir(exist_ok=True)
    there.write_text("mine")
    with pytest.raises(InputError, match=f"{there}: it is there already .* --force"):
        release.export(out, form)
    assert there.read_text() == "mine"
    assert not out.is_dir() or list(out.iterdir()) == [there]
    release.export(out, form, force=True)
    assert len(drafts(out)) == 3


def test_a_link_that_leads_nowhere_is_there_too(release: Release, tmp_path: Path) -> None:
    (tmp_path / "out").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InputError, match="it is there already"):
        release.export(tmp_path / "out")
    assert not (tmp_path / "elsewhere").exists()


def test_a_file_is_no_folder_and_a_folder_no_file(release: Release, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="csv is written to a file"):
        release.export(tmp_path, "csv", force=True)
    (tmp_path / "x").touch()
    with pytest.raises(InputError, match="markdown is written to a folder"):
        release.export(tmp_path / "x", "markdown", force=True)


@pytest.mark.parametrize("place", ["out.csv", "data/turns/part-00001.parquet", "."])
def test_nothing_is_written_into_the_release(place: str, release: Release) -> None:
    with pytest.raises(InputError, match="a release never changes"):
        release.export(release.path / place, "csv", force=True)
    corpus.load(release.path)


@pytest.mark.parametrize(
    "odd", ["../work_0001", "work/0001", ".work", "work\n0001", "", "WORK_0002"]
)
def test_an_id_that_is_no_name_for_a_file_is_refused(odd: str, tmp_path: Path) -> None:
    forged = [conversation(("Ana", "a"), transcript_id=name) for name in ("work_0002", odd)]
    with pytest.raises(ReleaseError, match="its IDs are no names for files"):
        export.write(forged, tmp_path / "out", "markdown", force=True)
    assert not list(tmp_path.iterdir())


def test_another_format_is_refused_with_those_there_are(release: Release, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no format 'xml' - use one of markdown, jsonl, csv"):
        release.export(tmp_path / "x", "xml")  # type: ignore[arg-type] # the point


@pytest.mark.parametrize("form", FORMATS)
def test_a_full_disk_is_the_machines_fault_and_leaves_no_half_of_a_file(
    form: Format, release: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(
        MachineError, match=r"could not be written [(]No space left on device[)] - free some space"
    ):
        release.export(tmp_path / "out", form)
    assert not [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert not (tmp_path / "out").is_file()


def test_a_table_that_cannot_be_read_is_named(release: Release, tmp_path: Path) -> None:
    path = release.path / "data" / "turns" / "part-00000.parquet"
    path.chmod(0o644)
    path.write_bytes(bytes(path.stat().st_size))
    damaged = corpus.load(release.path, verify="quick")
    with pytest.raises(ReleaseError, match="it holds a table that cannot be read"):
        damaged.export(tmp_path / "out", "csv")


def test_an_export_is_the_same_twice(
    made: Callable[..., Path], release: Release, tmp_path: Path
) -> None:
    again = corpus.load(made(tmp_path / "again"))
    for form in ("jsonl", "csv"):
        assert (
            release.export(tmp_path / f"a.{form}", form).path.read_bytes()
            == again.export(tmp_path / f"b.{form}", form).path.read_bytes()
        )
