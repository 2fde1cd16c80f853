"""The written transcripts: all their marks are read, and none is made from another."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import combinations

import pytest

from training import marks
from training.example import Example, of_transcript, rewritten

WORDS = 8
"""How many stand in a shingle."""
TENTH = 0.1

_WORD = re.compile(r"\w+")


@pytest.fixture(scope="module")
def read() -> list[Example]:
    return list(marks.load())


@pytest.fixture(scope="module")
def unread() -> list[Example]:
    return list(marks.load(marks.UNREAD))


@pytest.fixture(scope="module")
def written(read: list[Example], unread: list[Example]) -> list[Example]:
    return [*read, *unread]


def said(example: Example) -> list[str]:
    """Return the words of each turn, every marked mention as one and the same."""
    blank = rewritten(example, dict.fromkeys(range(len(example.marks)), "_"))
    return [turn.text.casefold() for turn in blank.turns]


def shingles(example: Example) -> set[int]:
    """Return the hashes of every eight words in a row."""
    words = [word for turn in said(example) for word in _WORD.findall(turn)]
    return set(map(hash, zip(*(words[at:] for at in range(WORDS)), strict=False)))


def near_copies(examples: Iterable[Example]) -> list[tuple[str, str]]:
    """Return which two share more than a tenth of the shorter one's shingles."""
    held = {example.id: shingles(example) for example in examples}
    seen: set[int] = set()
    repeated: set[int] = set()
    for own in held.values():
        repeated |= seen & own
        seen |= own
    holders: dict[int, list[str]] = {}
    for id_, own in held.items():
        for shingle in own & repeated:
            holders.setdefault(shingle, []).append(id_)
    shared = Counter(pair for ids in holders.values() for pair in combinations(ids, 2))
    return sorted(
        (first, second)
        for (first, second), count in shared.items()
        if count > TENTH * min(len(held[first]), len(held[second]))
    )


def test_every_transcript_is_read_with_all_its_marks(written: list[Example]) -> None:
    assert len(written) > 700
    assert [example.id for example in written if example.lost] == []
    assert min(len(example.turns) for example in written) > 1


def test_what_is_for_judging_is_not_read(read: list[Example], unread: list[Example]) -> None:
    assert unread
    assert {example.id for example in read}.isdisjoint(example.id for example in unread)


def test_no_two_transcripts_are_near_copies(written: list[Example]) -> None:
    assert near_copies(written) == []


def test_no_two_transcripts_have_turns_that_open_alike(written: list[Example]) -> None:
    seen: dict[str, str] = {}
    for example in written:
        for words in map(str.split, said(example)):
            if len(words) >= 25:
                assert seen.setdefault(" ".join(words[:25]), example.id) == example.id


MILL = """\
I: How did you end up at <<EMPLOYER/direct|Tarn Mill>>?
P: <<PERSON/direct|Odile>> called me on a Sunday and said the night shift had nobody who could
read a pressure gauge. I had done boilers on ships, so I drove up to <<LOCATION/quasi|Vessby>> in
the rain and never quite left again.
I: And the gauges?
P: Half of them were painted over. You tapped the pipe and listened, that was the whole method.
"""
ORCHARD = """\
I: What does a week in the orchard look like in late winter?
P: Pruning, mostly, with stiff hands. <<PERSON/direct|Marek>> sharpens the saws at five, I walk
the rows with a flask, and by noon the light is gone and so is whatever plan we had made before.
"""


def example(id_: str, marked: str) -> Example:
    text, spans = marks.parse(marked, id_)
    return of_transcript(id_, "written", text, spans)


def swapped(marked: str, names: Sequence[tuple[str, str]]) -> str:
    for old, new in names:
        marked = marked.replace(old, new)
    return marked


NAMES = [("Tarn Mill", "Ostrava Paper and Sons"), ("Odile", "Ben Achterberg"), ("Vessby", "Loxton")]


def test_a_copy_with_other_names_is_a_near_copy() -> None:
    copy = swapped(MILL, NAMES)
    assert not any(name in copy for name, _ in NAMES)
    found = near_copies([example("a", MILL), example("b", ORCHARD), example("c", copy)])
    assert found == [("a", "c")]


def test_names_every_few_words_do_not_keep_a_copy_from_being_seen() -> None:
    """No eight words in a row are the same but for the names."""
    firms = [f"Firm{letter}" for letter in "abcdefghijkl"]
    clauses = ("then I left it for", "where the pay came late, so", "and after a winter at")
    told = "P: " + " ".join(
        f"{clauses[number % 3]} <<EMPLOYER/direct|{firm}>>" for number, firm in enumerate(firms)
    )
    copy = swapped(told, [(firm, f"The {firm[::-1]} Works") for firm in firms])
    assert near_copies([example("a", told), example("b", copy)]) == [("a", "b")]


def test_a_passage_that_is_lifted_into_a_longer_text_makes_a_near_copy() -> None:
    lifted = "P: " + swapped(MILL, NAMES).split("P: ")[1].split("I: ")[0]
    longer = ORCHARD + lifted + "I: And what comes after all of that, once the frost has gone?\n"
    assert near_copies([example("a", MILL), example("b", longer)]) == [("a", "b")]


def test_a_few_words_in_common_make_no_copy() -> None:
    stock = "P: Half of them were painted over. You tapped it.\n"
    assert near_copies([example("a", MILL * 3), example("b", ORCHARD + stock)]) == []
