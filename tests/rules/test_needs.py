"""What a rule needs is in all that it finds: nothing is lost by looking only where it stands."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterable

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from corpus import rules
from corpus.rules.blanks import BLANK, blank
from corpus.rules.matching import Hit, Matcher, find, matchers
from corpus.rules.needs.chars import plain
from corpus.rules.needs.walk import needs
from corpus.rules.placeholders import PLACEHOLDER
from corpus.rules.ruleset import Rule, RuleSet

BUILTIN = rules.load([rules.builtin_folder()])
READY = matchers(BUILTIN)
EXAMPLES = [
    example.replace("«", "").replace("»", "")
    for rule in BUILTIN.rules
    for example in (*rule.match, *rule.miss)
]
EVERYTHING = "".join(map(chr, [*range(0xD800), *range(0xE000, sys.maxunicode + 1)]))


def everywhere(ready: Iterable[Matcher], text: str) -> list[Hit]:
    """Return what rules find that look at the whole text."""
    blanked = blank(text)
    return [hit for matcher in ready for hit in matcher.find(blanked, blanked.lower())]


def own(pattern: str, *, ignore_case: bool = False) -> tuple[Matcher, ...]:
    """Return a rule of the pattern, ready to run."""
    rule = Rule(
        id="own",
        label="PERSON",
        mask="direct",
        pattern=pattern,
        score=1.0,
        why="",
        match=(),
        miss=(),
        ignore_case=ignore_case,
    )
    return matchers(RuleSet(rules=(rule,)))


def test_every_built_in_rule_needs_something() -> None:
    assert all(matcher.needs.are_known(0) for matcher in READY)
    assert [m.rule.id for m in READY if m.needs.of(m.rule) is None] == []


STRAYS = str.maketrans({"s": "ſ", "k": "\u212a", "I": "İ"})
BETWEEN = ["", " ", ". ", ", ", "\n", "\n\n", "\n \t\n", "\n\u2003\n", "\r\n", '"', "(", "\\n", "’"]


@pytest.mark.parametrize("seed", range(8))
def test_the_same_is_found_in_examples_side_by_side(seed: int) -> None:
    """Each example stands between others, at the start, at the end and on lines of its own."""
    chosen = random.Random(seed)
    order = EXAMPLES * 2
    chosen.shuffle(order)
    for start in range(0, len(order), 40):
        text = "".join(one + chosen.choice(BETWEEN) for one in order[start : start + 40])
        assert list(find(READY, text)) == everywhere(READY, text)


@given(
    st.lists(
        st.one_of(st.sampled_from(EXAMPLES), st.sampled_from(BETWEEN), st.text(max_size=6)),
        max_size=5,
    ),
    st.sampled_from([str, str.upper, str.title, lambda text: text.translate(STRAYS)]),
    st.sampled_from(["", "x" * 500, "word " * 100, "\n" * 50]),
)
def test_the_same_is_found_in_what_is_made_of_examples(
    parts: list[str], changed: Callable[[str], str], around: str
) -> None:
    text = around + changed("".join(parts)) + around
    assert list(find(READY, text)) == everywhere(READY, text)


PATTERNS = [
    r"(?i:loom|shed)s?\s+(?P<mention>\p{Lu}\w+)",
    r"loom\s*\n\s*\d{3}",
    r"(?<![\w.])(?:\d[ -]?){4,6}\d(?!\w)",
    r"(?<=\bat )\w+(?= (?:Street|Road)\b)",
    r"\w+(?=\s?@)|[[({]at[\])}]",
    r"[A-Z]{2,4}-?\d{2}$",
    r"^(?:dear|hi),? \w+",
    r"(?:a|b)+c{2,}?\b",
    r"[^.!?\n]{0,9}loom[^ab]*?\.",
    r"(?i)loom",
    r"(a)\1",
    r"x*",
    r"[\s’]*loom",
    r"caf[eé] ſ?",
    r"[A-F]{8}|\d{8}",
    r"\w+\.(?:in|at)\b",
    r"loom(?<!at\s\w+\s\w*loom)",
    r"(?!(?:loom,?)+\sat\s\w+\sAda)(?:loom,?)+\s*at",
    r"(?:a(?!\s\w+\s\w)|bc(?<!\w\s\w+\sbc)|cc)+\s",
]


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("ignore_case", [False, True])
@given(
    st.lists(
        st.one_of(
            st.sampled_from(
                [
                    *("loom", "Loom", "SHEDS", "at", "Ada", "Street", "Road", "dear", "hi", "a"),
                    *("bc", "cc", "-", "@", "[at]", "(at)", "12", "3", "4567", "AB-12", "’"),
                    *("café", "ſheds", "loo\u212a", "GGGGABCDEFAB", "12345678901", "a.in"),
                ]
            ),
            st.sampled_from([" ", "\n", "\n\n", "\n \n", "\n’\n", ". ", "\u2003", "\x1c", "\x85"]),
        ),
        max_size=12,
    )
)
def test_the_same_is_found_by_patterns_of_a_steward(
    pattern: str, ignore_case: bool, parts: list[str]
) -> None:
    ready = own(pattern, ignore_case=ignore_case)
    text = "".join(parts)
    for shown in (text, f"{text}{' loom' * 90}{text}", f"{text}{'; ' * 90}{text}"):
        spans = [hit[:2] for hit in find(ready, shown)]
        assert spans == [hit[:2] for hit in everywhere(ready, shown)]


WORDS = (
    "loom|shed|dobby|warp|weft|heddle|reed|bobbin|shuttle|treadle|selvage|thread|yarn|cloth|weave"
    "|spindle|distaff|skein|hank|twill|tweed|linen"
)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"(?!(?:a|b)\w*\s\w+\sc)\w+loom", "axloom\nyy\nc"),
        (rf"[^a-zA-Z](?:{WORDS})\b", "ſloom"),
        (r"[^\w\s]loom", "\x1cloom"),
        (r"\sloom\s*\d", "\u2003loom\n\u2003\n\x85 \n7"),
        (r"[\s’]*loom 1", "’\n’\n’\n’loom 1"),
        (r"(?i)kiss", "\u212aİſſ"),
        (r"(?i:kiss) \d", "\u212aİſſ 1"),
        (r"[A-H]{8}|[I-P]{8}", "ZZZZZZABCDEFAB"),
        (r"loom$", "loom\nshed\nloom\n"),
        (r"^loom", "loom\nloom"),
        (r"(?<!\w)loom(?!\w)", "loom loomy xloom éloom loomé loom"),
        (r"\w+at\.in\b", "shat.in at.in at.int"),
        (r"Ada, loom", "ADA, loom; Ada, loom"),
    ],
)
@pytest.mark.parametrize("around", ["", "; " * 60, "shed " * 60, "\nshed\n" * 60])
def test_the_same_is_found_at_the_edges_of_what_is_looked_at(
    pattern: str, text: str, around: str
) -> None:
    ready = own(pattern)
    shown = around + text + around
    assert [h[:2] for h in find(ready, shown)] == [h[:2] for h in everywhere(ready, shown)]


def test_characters_are_seen_as_patterns_see_them() -> None:
    """Whatever a pattern takes for a letter of ASCII or a space is one to the sieve as well."""
    for letter in "abcdefghijklmnopqrstuvwxyz":
        taken = regex.findall(letter, EVERYTHING, regex.IGNORECASE)
        assert {plain(c).lower() for c in taken} == {letter.encode()}
    assert all(c.isspace() for c in regex.findall(r"\s", EVERYTHING))
    assert len(plain(EVERYTHING)) == len(EVERYTHING)


@given(st.lists(st.sampled_from(["[", "]", "REDACTED", "Removed", "anonymiſed", "NAME", "_1"])))
def test_stand_ins_are_blanked_as_their_pattern_says(parts: list[str]) -> None:
    text = "".join(parts)
    assert blank(text) == PLACEHOLDER.sub(lambda match: BLANK * len(match[0]), text)


def test_a_rule_that_is_not_understood_looks_everywhere() -> None:
    assert needs(r"(\w)\1", ignore_case=False) is None
    assert [hit[:2] for hit in find(own(r"(\w)\1"), "a loom")] == [(3, 5)]


def test_a_text_of_one_long_line_is_cut_where_a_rule_never_passes() -> None:
    text = '{"a":1},' * 20_000 + '{"said":"Dr. Ada Oke"},' + '{"a":1},' * 20_000
    ready = [matcher for matcher in READY if matcher.rule.id == "name-with-title"]
    assert [text[hit.start : hit.end] for hit in find(ready, text)] == ["Ada Oke"]
