"""A roster's names are known again in any case, and everyday words are not taken for them."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import rules
from corpus.check.guard import forms
from corpus.check.guard.names import Form, Named, Names
from corpus.check.types import Passage

KEY = bytes(range(32))
ROSTER = """\
transcript_id,label,text
*,PERSON,Kwabena Asiedu
work_0003,PERSON,Renée Quillfeather-Holm
*,PERSON,Will
*,EMPLOYER,Tidewell Freight Ltd
*,EMAIL_ADDRESS,k.asiedu@tidewell-freight.example
*,USERNAME,@kwab_a
*,ID_NUMBER,4471
*,ID_NUMBER,44-7182-9
*,WORK_TITLE,The Keeper of Skarn Point and All of the Lights
"""


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> Names:
    path = tmp_path_factory.mktemp("roster") / "roster.csv"
    path.write_text(ROSTER, encoding="utf-8")
    made = Names.of(forms.of_roster(path, [rules.builtin_folder()]), KEY)
    return Names.from_bytes(made.to_bytes(), KEY)


def _found(names: Names, text: str) -> list[tuple[str, str]]:
    lines = text.split("\n")
    return [
        (hit.label, lines[hit.line - 1][hit.column - 1 :][: hit.length])
        for hit in names.found(Passage(text=text))
    ]


@pytest.mark.parametrize(
    ("text", "label", "surface"),
    [
        ("I met Kwabena Asiedu today", "PERSON", "Kwabena Asiedu"),
        ("I met KWABENA   ASIEDU today", "PERSON", "KWABENA   ASIEDU"),
        ("ask kwabena's sister", "PERSON", "kwabena"),
        ("# Asiedu: well", "PERSON", "Asiedu"),
        ('x = "Asiedu,Kwabena"', "PERSON", "Asiedu"),
        ("renee quillfeather holm", "PERSON", "renee quillfeather holm"),
        ("Rene\u0301e Quillfeather-Holm", "PERSON", "Rene\u0301e Quillfeather-Holm"),
        ("at tidewell freight, on the coast", "EMPLOYER", "tidewell freight"),
        (
            "to k.asiedu@tidewell-freight.example",
            "EMAIL_ADDRESS",
            "k.asiedu@tidewell-freight.example",
        ),
        ("ask @kwab_a there", "USERNAME", "kwab_a"),
        ("no. 44-7182-9", "ID_NUMBER", "44-7182-9"),
        (
            "in the keeper of skarn point and elsewhere",
            "WORK_TITLE",
            "the keeper of skarn point and",
        ),
        ("So I asked Will about it", "PERSON", "Will"),
        ("Well.\nWill: I see", "PERSON", "Will"),
    ],
)
def test_a_name_is_found_with_its_place(names: Names, text: str, label: str, surface: str) -> None:
    assert _found(names, text)[0] == (label, surface)


@pytest.mark.parametrize(
    "text",
    [
        "it will rain",
        "Will it rain?",
        "IT WILL RAIN",
        "room 4471",
        "an oak by the point of the lights",
        "the keeper",
        "",
    ],
)
def test_an_everyday_word_is_not(names: Names, text: str) -> None:
    assert _found(names, text) == []


def test_a_name_may_be_wrapped_but_lies_in_one_paragraph(names: Names) -> None:
    (hit,) = names.found(Passage(text="> the keeper\n> of Skarn Point and\n", line=5))
    assert (hit.line, hit.column, hit.length) == (5, 3, 31)
    assert _found(names, "the keeper\n\nof skarn point and") == []


def test_the_longest_form_is_told_once(names: Names) -> None:
    assert len(_found(names, "Kwabena Asiedu")) == 1
    assert len(_found(names, "Kwabena Asiedu and Kwabena Asiedu\nAsiedu")) == 3


@given(
    before=st.text("aé ßﬁ…“”\u200b\n\t>İ½Ω😀,.", max_size=40),
    after=st.text("aé ßﬁ…“”\n>Ω😀,.", max_size=10),
)
def test_places_count_code_points_whatever_stands_around(
    names: Names, before: str, after: str
) -> None:
    text = unicodedata.normalize("NFC", f"{before} Kwabena Asiedu {after}")
    assert ("PERSON", "Kwabena Asiedu") in _found(names, text)


def test_another_key_finds_nothing(names: Names) -> None:
    other = Names.from_bytes(names.to_bytes(), bytes(32))
    assert _found(other, ROSTER) == []


def test_no_name_is_in_the_bytes(names: Names) -> None:
    data = names.to_bytes().lower()
    assert not any(word in data for word in (b"kwab", b"asiedu", b"tidewell", b"skarn"))


def test_mask_and_inside_are_handed_on() -> None:
    made = Names.of([Form(b"skarn", "LOCATION", "quasi")], KEY)
    assert list(made.found(Passage(text="Skarn", inside="row 2", line=0))) == [
        Named(
            inside="row 2",
            line=0,
            column=1,
            length=5,
            label="LOCATION",
            mask="quasi",
            surface="Skarn",
        )
    ]


def test_one_form_of_two_entries_counts_as_what_identifies_more() -> None:
    both = [Form(b"skarn", "LOCATION", "quasi"), Form(b"skarn", "PERSON", "direct")]
    for order in (both, both[::-1]):
        (hit,) = Names.of(order, KEY).found(Passage(text="skarn"))
        assert (hit.label, hit.mask) == ("PERSON", "direct")


def test_a_text_of_openers_alone_is_read_to_its_end(names: Names) -> None:
    assert _found(names, "the keeper of skarn " * 5000) == []


def test_without_a_roster_nothing_is_found() -> None:
    empty = Names.from_bytes(Names.of((), KEY).to_bytes(), KEY)
    assert _found(empty, "Kwabena Asiedu") == []


def test_an_entry_that_is_to_stand_is_no_name(tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_text("transcript_id,label,text,mask\n*,PERSON,Kwabena,none\n")
    assert list(forms.of_roster(path, [rules.builtin_folder()])) == []
