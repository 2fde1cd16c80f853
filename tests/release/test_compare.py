"""What one version of a transcript hides and the other shows is found, whatever else changed."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.model import Label, Redacted, RedactedTurn, Redaction
from corpus.release.compare import TranscriptChange, compare

LABELS: dict[str, Label] = {"P": "PERSON", "E": "EMPLOYER"}


class Word(NamedTuple):
    """A word of a source, with its label where it is hidden in the first and second version."""

    text: str
    first: str
    second: str


def version(*turns: str) -> Redacted:
    """Build a transcript: "I met <P> at <E:E_2> yesterday"; what stands in < > is redacted."""
    made, redactions = [], []
    for index, turn in enumerate(turns):
        text = ""
        for piece in turn.replace("<", "\0<").replace(">", "\0").split("\0"):
            if not piece.startswith("<"):
                text += piece
                continue
            letter, _, name = piece[1:].partition(":")
            stands = f"[{name or LABELS[letter]}]"
            redactions.append(
                Redaction(
                    turn=index,
                    field="text",
                    start=len(text),
                    end=len(text) + len(stands),
                    label=LABELS[letter],
                    mask="direct",
                    operator="pseudonym" if name else "placeholder",
                )
            )
            text += stands
        made.append(RedactedTurn(index=index, speaker="User", role="participant", text=text))
    return Redacted(
        transcript_id="work_0001",
        cohort="work",
        turns=tuple(made),
        redactions=tuple(redactions),
    )


def shown(before: Redacted, after: Redacted) -> list[tuple[str, str, str]]:
    """Return label, what stands in its place, and how, of what is hidden no more."""
    return [
        (
            standing.hidden.label,
            " ".join(
                getattr(after.turns[p.turn], p.field)[p.start : p.end] for p in standing.places
            ),
            standing.how,
        )
        for standing in compare(before, after).uncovered
    ]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("I met <P> there", "I met Ada Brook there", [("PERSON", "Ada Brook", "whole")]),
        ("<P> came", "Ada came", [("PERSON", "Ada", "whole")]),
        ("I met <P>.", "I met Ada.", [("PERSON", "Ada", "whole")]),
        ("I met <P> there", "I met <P> Brook there", [("PERSON", "Brook", "part")]),
        ("I met <P> there", "I met Ada <E> there", [("PERSON", "Ada", "part")]),
        ("<P>'s desk", "Ada's desk", [("PERSON", "Ada", "whole")]),
        ("hi <P> hi", "hi 🦊 hi", [("PERSON", "🦊", "whole")]),
        ("I met old <P> there", "I met Ada Brook there", [("PERSON", "Ada Brook", "unsure")]),
        ("<P> and <P>", "<P> and Bo", [("PERSON", "Bo", "whole")]),
        ("<P> and <P>", "Ada and <P>", [("PERSON", "Ada", "whole")]),
        (
            "at <P> <E> now",
            "at Ada Foundry now",
            [("PERSON", "Ada Foundry", "whole"), ("EMPLOYER", "Ada Foundry", "whole")],
        ),
        ("<P> <E> now", "<P> Foundry now", [("EMPLOYER", "Foundry", "whole")]),
        (
            "<E> <P> <E> now",
            "Mill <P> Foundry now",
            [("EMPLOYER", "Mill", "whole"), ("EMPLOYER", "Foundry", "whole")],
        ),
        ("<P> <E> now", "<P> Brook <E> now", [("PERSON", "Brook", "part")]),
        ("so <P> now", "so Ada <P> Brook now", [("PERSON", "Ada [PERSON] Brook", "part")]),
    ],
)
def test_what_is_hidden_no_more_is_found(
    before: str, after: str, expected: list[tuple[str, str, str]]
) -> None:
    assert shown(version(before), version(after)) == expected


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("I met <P> there", "I met <P> there"),
        ("I met Ada there", "I met <P> there"),
        ("I met <P> there", "I met <E> there"),
        ("I met <P> there", "I met there"),
        ("I met <P> there", "I met [REDACTED] there"),
        ("I met <P> there", "I met <P:PERSON_2> there"),
        ("I met <P> yesterday, as I said", "I met <P> today, as I said"),
        ("I met <P> and then we went", "I met <P> and later we went"),
        ("Well, <P> and Ada", "Well, <P> and <P>"),
    ],
)
def test_nothing_else_is_said_to_be_shown(before: str, after: str) -> None:
    assert shown(version(before), version(after)) == []


def test_a_mention_is_found_where_turns_were_added_split_and_moved_on() -> None:
    before = version("Yes.", "I know <P> from school and from work", "Yes.", "All right, thank you")
    after = version(
        "Yes.", "Yes.", "I know", "Ada from school and from work", "Yes.", "All right, thank you"
    )
    assert shown(before, after) == [("PERSON", "User Ada", "whole")]


def test_a_speaker_label_counts_like_the_text() -> None:
    after = version("Hello")
    label = Redaction(
        turn=0, field="speaker", start=0, end=8, label="PERSON", mask="direct", operator="mask"
    )
    turns = (replace(after.turns[0], speaker="********"),)
    before = replace(after, turns=turns, redactions=(label,))
    (found,) = compare(before, after).uncovered
    assert (found.hidden, found.places[0].field, found.how) == (label, "speaker", "whole")


def _changes(change: TranscriptChange) -> list[tuple[str, ...]]:
    return [c.what for c in change.redactions]


def test_redactions_are_added_removed_and_changed() -> None:
    before = version("at <E> with <P:PERSON_1>, Bo and <P>")
    after = version("at <P> with <P:PERSON_2>, <P> and Cy")
    assert _changes(compare(before, after)) == [
        ("label", "placeholder"),
        ("placeholder",),
        ("added",),
        ("removed",),
    ]
    other = replace(before, redactions=tuple(replace(r, mask="quasi") for r in before.redactions))
    assert _changes(compare(before, other)) == [("mask",)] * 3


def _by(transcript: Redacted, *rules: str | None) -> Redacted:
    done = zip(transcript.redactions, rules, strict=True)
    return replace(transcript, redactions=tuple(replace(r, rule=rule) for r, rule in done))


def test_a_mention_that_another_rule_finds_is_told_and_nothing_around_it() -> None:
    same = "Where was that, and who else came there with you?"
    plain = version(same, "It was at <E> in the old mill, as <P> said", "Bye")
    change = compare(_by(plain, "model", "email"), _by(plain, "roster", "email"))
    (found,) = change.redactions
    assert (found.what, found.causes) == (("rule",), ("model", "roster"))
    assert _turns(change) == [(1, 1, ("redactions",))]
    assert change.uncovered == change.covered == ()


def test_what_one_version_does_not_say_is_no_difference() -> None:
    plain = version("It was at <E> in the old mill, as <P> said")
    change = compare(plain, replace(_by(plain, "model", "email"), kept_by_decision=0))
    assert not change.differs


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("at <E> now", "at the mill now", ("one",)),
        ("at the mill now", "at <E> now", ("other",)),
        ("at <E> now", "at <P> now", ("one", "other")),
        ("at <E> now", "at <E:EMPLOYER_1> now", ("policy",)),
        ("at <E:EMPLOYER_2> now", "at <E:EMPLOYER_1> now", ()),
    ],
    ids=["removed", "added", "label", "operator", "number"],
)
def test_what_brought_a_change_about(before: str, after: str, expected: tuple[str, ...]) -> None:
    old, new = version(before), version(after)
    rule = "same" if expected == () else "one"
    old = _by(old, *[rule] * len(old.redactions))
    new = _by(new, *["other" if "other" in expected else rule] * len(new.redactions))
    (found,) = compare(old, new).redactions
    assert found.causes == expected


def _turns(change: TranscriptChange) -> list[tuple[int | None, int | None, tuple[str, ...]]]:
    return [
        (t.before.index if t.before else None, t.after.index if t.after else None, t.what)
        for t in change.turns
    ]


def test_turns_that_change_are_told_from_those_that_move() -> None:
    before = version("Where was that?", "It was in the old mill, I think", "So <P> said", "Bye")
    after = version("A new one", "Where was that?", "It was in the new mill, I think", "So Bo said")
    assert _turns(compare(before, after)) == [
        (None, 0, ("added",)),
        (1, 2, ("words",)),
        (2, 3, ("redactions",)),
        (3, None, ("removed",)),
    ]


def test_words_are_counted_without_what_is_hidden_or_shown() -> None:
    before = version("one <P> three four")
    after = version("one Ada three <E> five six")
    (turn,) = compare(before, after).turns
    assert turn.what == ("redactions", "words")
    assert (turn.words_removed, turn.words_added) == (1, 2)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda t: replace(t, text="Hello, there!"), "signs"),
        (lambda t: replace(t, speaker="Someone"), "speaker"),
        (lambda t: replace(t, role="other"), "role"),
        (lambda t: replace(t, start_ms=4), "times"),
    ],
    ids=["signs", "speaker", "role", "times"],
)
def test_what_else_may_change_in_a_turn(
    change: Callable[[RedactedTurn], RedactedTurn], what: str
) -> None:
    before = version("Hello there")
    after = replace(before, turns=(change(before.turns[0]),))
    assert _turns(compare(before, after)) == [(0, 0, (what,))]


def test_a_change_of_counts_alone_changes_no_turn() -> None:
    before = version("Hello there")
    change = compare(before, replace(before, kept=2))
    assert (change.kept, change.turns) == ((0, 2), ())


WORDS = st.builds(Word, st.just(""), *[st.sampled_from(["", "", "P", "E"])] * 2)
TALK = st.lists(st.lists(WORDS, max_size=6), min_size=1, max_size=4).map(
    lambda turns: [
        [w._replace(text=f"w{i}x{j}") for j, w in enumerate(turn)] for i, turn in enumerate(turns)
    ]
)


def _version(talk: list[list[Word]], which: str) -> Redacted:
    hidden = operator.attrgetter(which)
    return version(
        *(" ".join(f"<{hidden(w)}>" if hidden(w) else w.text for w in turn) for turn in talk)
    )


@given(TALK)
def test_exactly_the_words_hidden_no_more_are_shown(talk: list[list[Word]]) -> None:
    before, after = _version(talk, "first"), _version(talk, "second")
    found = {
        word
        for standing in compare(before, after).uncovered
        for place in standing.places
        for word in after.turns[place.turn].text[place.start : place.end].split()
    }
    expected = {w.text for turn in talk for w in turn if w.first and not w.second}
    assert expected <= found
    assert bool(expected) == bool(found)


@given(TALK)
def test_a_version_does_not_differ_from_itself(talk: list[list[Word]]) -> None:
    one = _version(talk, "first")
    change = compare(one, one)
    assert change == replace(change, uncovered=(), covered=(), redactions=(), turns=())


def _sorted(items: object) -> list[str]:
    return sorted(map(str, items))  # type: ignore[call-overload]


@given(TALK, st.lists(st.sampled_from(["a b", "<P> a", "c <E> d", ""]), max_size=4))
def test_backwards_it_says_the_same_the_other_way_round(
    talk: list[list[Word]], edited: list[str]
) -> None:
    before, after = _version(talk, "first"), _version(talk, "second")
    for other in (after, version(*edited)):
        there, back = compare(before, other), compare(other, before)
        assert _sorted(there.uncovered) == _sorted(back.covered)
        assert _sorted(there.covered) == _sorted(back.uncovered)
        assert _sorted((c.before, c.after, len(c.what)) for c in there.redactions) == _sorted(
            (c.after, c.before, len(c.what)) for c in back.redactions
        )
        assert _sorted(
            (t.before, t.after, t.words_removed, t.words_added) for t in there.turns
        ) == _sorted((t.after, t.before, t.words_added, t.words_removed) for t in back.turns)
