"""Variations of a transcript: the same marks, other names, nothing else moved."""

from __future__ import annotations

import random

import pytest

from training import sources
from training.example import Example, of_transcript

pytest.importorskip("faker", reason="augmentation needs the training extra")
if not sources.SHARED.joinpath("data", "lists").exists():
    pytest.skip("the name lists beside the project are absent", allow_module_level=True)

from training.augment import augmented

TEXT = (
    "I: Tell me of Quillsted.\n"
    "P: I am Oda Brenner, oda@quillsted.com. Quillsted is a firm, and Excel a tool. Pilot is"
    " my firm too; I fly as a pilot. Call 555 0101.\n"
)


def example() -> Example:
    marked = [
        ("Quillsted", "EMPLOYER", "direct"),
        ("Oda Brenner", "PERSON", "direct"),
        ("oda@quillsted.com", "EMAIL_ADDRESS", "direct"),
        ("Excel", "OTHER", "none"),
        ("Pilot", "EMPLOYER", "direct"),
        ("555 0101", "PHONE_NUMBER", "direct"),
    ]
    spans = [(TEXT.index(s), TEXT.index(s) + len(s), label, mask) for s, label, mask in marked]
    second = TEXT.rindex("Quillsted")
    return of_transcript("t", "written", TEXT, [*spans, (second, second + 9, "EMPLOYER", "direct")])


def surfaces(one: Example) -> list[str]:
    return [one.turns[m.span.turn].of(m.span.field)[m.span.start : m.span.end] for m in one.marks]


def variations() -> list[Example]:
    return [augmented(example(), random.Random(seed)) for seed in range(40)]


def test_labels_and_masks_stay_and_names_change() -> None:
    made = variations()
    assert all(
        [(m.label, m.mask) for m in one.marks] == [(m.label, m.mask) for m in example().marks]
        for one in made
    )
    assert len({surfaces(one)[1] for one in made}) > 5


def test_a_firm_changes_everywhere_and_in_addresses() -> None:
    apart = [one for one in variations() if not one.has_both]
    changed = [one for one in apart if surfaces(one)[0] != "Quillsted"]
    assert changed
    for one in changed:
        said = surfaces(one)
        assert said[0] == said[3]
        assert "quillsted" not in said[2]


def test_a_string_that_is_both_changes_in_both_places() -> None:
    text = (
        "I: Marzipan?\nP: Marzipan is our dog; marzipan, two jars. She is Welsh, I teach Welsh.\n"
    )
    at = [i for i in range(len(text)) if text[i : i + 8].lower() == "marzipan"]
    welsh = [i for i in range(len(text)) if text.startswith("Welsh", i)]
    spans = [(i, i + 8, "PERSON", "direct") for i in at[:2]] + [(at[2], at[2] + 8, "OTHER", "none")]
    spans.append((welsh[0], welsh[0] + 5, "DEMOGRAPHIC", "quasi"))
    spans.append((welsh[1], welsh[1] + 5, "DEMOGRAPHIC", "none"))
    one = of_transcript("t", "written", text, spans)
    assert one.has_both
    made = [surfaces(augmented(one, random.Random(seed))) for seed in range(40)]
    assert all(len({s.casefold() for s in said[:3]}) == len(set(said[3:])) == 1 for said in made)
    assert len({said[0] for said in made}) > 5
    assert len({said[3] for said in made}) > 5


def test_some_give_aways_share_their_string_with_what_is_nothing() -> None:
    made = [one for one in variations() if one.has_both]
    assert made
    for one in made:
        said = surfaces(one)
        hidden = {s.casefold() for s, m in zip(said, one.marks, strict=True) if m.mask != "none"}
        assert said[3].casefold() in hidden
    assert len(made) < len(variations())


def test_what_also_stands_unmarked_or_as_nothing_stays() -> None:
    for one in (one for one in variations() if not one.has_both):
        assert "Pilot" in surfaces(one)
        assert "Excel" in surfaces(one)


def test_the_same_seed_makes_the_same_variation() -> None:
    first, again = (augmented(example(), random.Random(7)) for _ in range(2))
    assert first == again
