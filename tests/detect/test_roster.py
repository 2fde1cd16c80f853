"""What a steward knows beforehand is found in any case and nearly any spelling."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.detect.roster import Entry, Roster, load
from corpus.errors import RuleError
from corpus.model import Label, Mask, Transcript

Build = Callable[..., Transcript]


def entry(
    text: str, label: Label = "PERSON", mask: Mask = "direct", transcript_id: str = ""
) -> Entry:
    return Entry(transcript_id=transcript_id, label=label, mask=mask, text=text)


def found(transcript: Transcript, *entries: Entry) -> list[tuple[str, str, float]]:
    roster = Roster(entries, frozenset({"will"}))
    findings = sorted(roster.recognize(transcript), key=lambda f: f.span.position)
    return [(transcript.text_of(f.span), f.rule, f.score) for f in findings]


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("ask OLA now", "Ola", [("OLA", "roster.surface", 1.0)]),
        ("ask Olla now", "Ola", []),
        ("ask Brant's dog", "Brandt", [("Brant", "roster.misspelt", 0.95)]),
        ("ask brant's dog", "Brandt", []),
        ("in kopenhagn", "Kopenhagen", [("kopenhagn", "roster.misspelt", 0.95)]),
        ("in Gothemborgen", "Gothenburgen", [("Gothemborgen", "roster.misspelt", 0.9)]),
        ("at Mac Tavish", "MacTavish", [("Mac Tavish", "roster.run-together", 1.0)]),
        ("at MacTavish", "Mac Tavish", [("MacTavish", "roster.run-together", 1.0)]),
        ("on Brandts Street", "Zorgo", []),
        ("in Needs", "Leeds", []),
        ("will you, Will?", "Will", [("Will", "roster.surface", 1.0)]),
    ],
)
def test_spelling_is_tolerated_by_length(
    transcript: Build, text: str, name: str, expected: list[tuple[str, str, float]]
) -> None:
    assert found(transcript(f"P: {text}"), entry(name)) == expected


def test_parts_of_a_rostered_name_are_found_without_the_whole(transcript: Build) -> None:
    hits = found(transcript("Ola: yes\nI: Ms Brandt"), entry("Ola Brandt"))
    assert [hit[:2] for hit in hits] == [
        ("Ola", "roster.part-of-name"),
        ("Brandt", "roster.part-of-name"),
    ]


def test_a_rostered_address_is_found_by_its_parts_under_their_own_labels(
    transcript: Build,
) -> None:
    roster = Roster([entry("ola.b@zorgo.no", "EMAIL_ADDRESS")], public=frozenset({"zorgo.com"}))
    hits = sorted(
        roster.recognize(transcript("P: ola.b at ZORGO.no, not zorgo.com")),
        key=lambda f: f.span.position,
    )
    assert [(f.label, f.mask, f.rule) for f in hits] == [
        ("USERNAME", "direct", "roster.handle"),
        ("DOMAIN_NAME", "direct", "roster.domain"),
    ]
    assert {f.label for f in hits} <= roster.labels


def test_an_entry_for_one_transcript_stays_there(transcript: Build) -> None:
    own = entry("Ola", transcript_id="work_0002")
    assert found(transcript("P: Ola", "work_0002"), own)
    assert not found(transcript("P: Ola", "work_0001"), own)


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "roster.csv"
    path.write_text(text, "utf-8")
    return path


def test_a_roster_file_is_read_with_masks_by_label(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "\ufefftranscript_id,label,text,mask\n*,person,Ola,\n,LOCATION,Lund,\nwork_0001,DATE,May,none\n",
    )
    assert load(path) == (
        entry("Ola"),
        entry("Lund", "LOCATION", "quasi"),
        entry("May", "DATE", "none", "work_0001"),
    )


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("label,text\nPERSON,Ola\n", "row 1"),
        ("transcript_id,label,text,age\n*,PERSON,Ola,3\n", "row 1"),
        ("transcript_id,label,text\n*,NAME,Ola\n", "row 2, column label"),
        ("transcript_id,label,text\n*,PERSON,Ola\n*,PERSON,--\n", "row 3, column text"),
        ("transcript_id,label,text,mask\n*,PERSON,Ola,hide\n", "row 2, column mask"),
        ("transcript_id,label,text\n*,PERSON,Ola,Brandt\n", "row 2"),
        ("transcript_id,label,text\n*,PERSON\n", "row 2"),
        ('transcript_id,label,text\n*,PERSON,"Ola\n', ""),
    ],
)
def test_a_bad_roster_names_the_place_and_not_the_name(
    tmp_path: Path, text: str, place: str
) -> None:
    path = write(tmp_path, text)
    with pytest.raises(RuleError) as caught:
        load(path)
    assert place in str(caught.value)
    assert str(path) in str(caught.value)
    assert "Ola" not in str(caught.value)


def test_a_roster_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="cannot be read"):
        load(tmp_path / "none.csv")
