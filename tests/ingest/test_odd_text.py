"""What names hide behind goes, what text is written with stays, and it is said what was done."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from corpus.ingest.repair import repair

FAMILY = "👩🏽\u200d💻"
ENGLAND = "🏴" + "".join(chr(0xE0000 + ord(c)) for c in "gbeng") + "\U000e007f"
PERSIAN = "می\u200cخواهم"
ARABIC_SIGNS = "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2"
"""Formats by category, and yet seen."""
WHOLE = [
    FAMILY,
    ENGLAND,
    PERSIAN,
    "❤\ufe0f\u200d🔥",
    "🏳\ufe0f\u200d🌈",
    "1\ufe0f\u20e3",
    "🇩🇪",
    "क्\u200dष",
]


@pytest.mark.parametrize(
    ("odd", "clean", "counts"),
    [
        ("An\u200bna, A\u00adn\u2060na", "Anna, Anna", {"invisible": 3}),
        ("\u202eAnna\u202c \u2066x\u2069 \u200ey", "Anna x y", {"invisible": 5}),
        ("An\U000e0061na A\ufe0fnna", "Anna Anna", {"invisible": 2}),
        ("An\u200dna An\u200cna \u3164x\uffa0", "Anna Anna x", {"invisible": 4}),
        ("An\x00na \x1b[31mred\x9b2J", "Anna red›2J", {"controls": 2, "mojibake": 1}),
        ("Smi\u00ad\nth", "Smi-\nth", {"invisible": 1}),
        ("a\u00a0b\u202fc\u3000d\te", "a b c d\te", {"spaces": 3}),
        ("a\u2028b\u2029c\x0bd\x0ce", "a\nb\nc\nd\ne", {"spaces": 4}),
        ("Zoe\u0308 Mu\u0308ller", "Zoë Müller", {"compatibility": 2}),
        ("\u1112\u1161\u11ab", "한", {"compatibility": 1}),
        ("Ho\ufb00mann \ufb01nds Vrĳ", "Hoffmann finds Vrij", {"compatibility": 3}),
        ("Ａｎｎａ２", "Anna2", {"compatibility": 5}),
        ("a＠b．org", "a@b.org", {"compatibility": 2}),
        ("𝐀𝐧𝐧𝐚 𝒜𝓃𝓃ℯ", "Anna Anne", {"compatibility": 8}),
        ("Ⓐⓝⓝⓐ ⒜⒩⒩⒜ 🅐🅝🅝🅐", "Anna anna ANNA", {"compatibility": 12}),
        ("ᴬⁿⁿᵃ Aɴɴᴀ", "Anna Anna", {"compatibility": 7}),
        ("\u0410nna Jоe Smιth", "Anna Joe Smith", {"homoglyphs": 3}),
        ("Well, M\u0430r\u0456\u0430 was there", "Well, Maria was there", {"homoglyphs": 3}),
        ("Q&amp;A, it&#39;s&nbsp;1 &lt; 2", "Q&A, it's 1 < 2", {"entities": 4, "spaces": 1}),
        ("An&#8203;na &Lstrok;ukasz", "Anna Łukasz", {"entities": 2, "invisible": 1}),
        ("&amp;lt;", "&lt;", {"entities": 1}),
        ("Ã\u200b©tude", "étude", {"invisible": 1, "mojibake": 1}),
        ("\ufb03\u0301", "ffí", {"compatibility": 2}),
        ("Jо\u200be", "Joe", {"invisible": 1, "homoglyphs": 1}),
    ],
)
def test_it_is_read_as_it_looks(odd: str, clean: str, counts: dict[str, int]) -> None:
    repaired = repair(odd)
    assert repaired.text == clean
    assert repaired.counts == counts


@pytest.mark.parametrize(
    "text",
    [
        *WHOLE,
        "x² CO₂ H₂O 10⁻³ ½ ™ № 1ˢᵗ 2ᵉᵐᵉ ℝ option Ⓐ 🅿️ ℹ️ ©️",
        "TNFα, IFNγ, Δx, kΩ, μm, ρ, cosα, Hα",
        "Москва, сахар, Αθήνα, СОРЕ, Wordом, IT-шник",
        "AT&T; &copy=1 a&b &sum; https://x.org/?a=1&amp;copy=2 `&amp;`",
        "```\n&amp;\n```",
        "anna@\nexample.org",
        "x̂ and ṽ̈",
    ],
)
def test_what_is_meant_so_stays(text: str) -> None:
    repaired = repair(text)
    assert repaired.text == text
    assert not repaired.counts


def test_a_fence_that_is_never_closed_does_not_shield_the_next_turns() -> None:
    text = "AI: look\n\n```\nx &amp; y\n\nUser: Q&amp;A\n\nAI: yes\n\nUser: ```\n\nAI: so\n"
    assert "Q&A" in repair(text).text


LETTERS = ["a", "b", "Anna", "Müller", "ß", " ", "\n", "-", "'", "1", "@", ".", "ш", "λ", "अ"]
ODD = [
    *("\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u200e", "\u202e", "\u2066"),
    *("\U000e0061", "\U000e0001", "\ufe0f", "\ufe00", "\u034f", "\x00", "\x07", "\x1b", "\x85"),
    *("\x9b", "\u0301", "\u0308", "\ufb01", "\ufb06", "Ａ", "＠", "𝐀", "Ⓐ", "ᴬ", "ɴ", "ℳ", "К"),
    *(
        "\u0410",
        "о",
        "\u0391",
        "ι",
        "\u00a0",
        "\u202f",
        "\u2028",
        "\x0b",
        "\x0c",
        "\r",
        "\r\n",
        "\t",
    ),
    *("â€“", "Ã©", "Ã", "Â", "¶", "ðŸ˜€", "\u1112", "\u1161", "\ud800", "\u3164"),
]
ENTITIES = ["&lt;", "&#39;", "&nbsp;", "&shy;", "&#8203;", "&#x202e;", "&eacute;", "&#0;"]
MISREAD = re.compile("[ÃÂ\x85\x9b]")
ODD_TEXT = st.lists(st.sampled_from([*LETTERS, *ODD, *WHOLE, *ENTITIES])).map("".join) | st.text()


def _unseen(text: str) -> list[str]:
    """Return what a reader would not see, the joiners of emoji and of joined scripts aside."""
    text = text.replace(ENGLAND, "")
    return [
        c
        for i, c in enumerate(text)
        if (unicodedata.category(c) in {"Cc", "Cf", "Cs"} and c not in f"\n\t{ARABIC_SIGNS}")
        and not (c in "\u200c\u200d" and i and text[i - 1] > "\u0600")
    ]


@given(ODD_TEXT)
def test_the_result_is_clean_and_stays_as_it_is(text: str) -> None:
    repaired = repair(text).text
    assert not _unseen(repaired)
    assume("&" not in repaired)  # what was escaped twice is decoded once
    assert repair(repaired).text == repaired
    assert not repair(repaired).counts


@given(st.lists(st.sampled_from([*LETTERS, *ODD, *WHOLE])).map("".join))
def test_every_letter_leads_back_to_what_it_was_made_from(text: str) -> None:
    repaired = repair(text)
    at = 0
    lost: list[str] = []
    for start, end, source_start, source_end in repaired.segments:
        made, source = repaired.text[start:end], text[source_start:source_end]
        if len(made) == len(source) > 1:
            assert made == source or MISREAD.search(source)
        lost += text[at:source_start]
        at = source_end
    assert {c for c in [*lost, *text[at:]] if c.isalnum()} <= {"\u3164"}


@given(st.lists(st.sampled_from(ODD)).map("".join), st.lists(st.sampled_from(ODD)).map("".join))
def test_a_name_leads_back_to_itself_whatever_stands_around_it(before: str, after: str) -> None:
    text = f"{before} Brandt\n{after}"
    repaired = repair(text)
    start = repaired.text.index("Brandt")
    piece, way = repaired.cut(start, start + 6)
    assert piece == "Brandt"
    assert text[slice(*way.to_source(0, 6))] == "Brandt"


@given(st.lists(st.sampled_from(["\u200b", "\u00ad", "\u2060", "\u202e", "\x00"]), min_size=5))
def test_a_name_with_odd_signs_inside_leads_back_to_all_of_it(signs: list[str]) -> None:
    odd = "".join(a + b for a, b in zip("Brandt", ["".join(signs), *signs[:4], ""], strict=True))
    text = f"I am {odd}, hello"
    repaired = repair(text)
    assert repaired.text == "I am Brandt, hello"
    piece, way = repaired.cut(5, 11)
    assert (piece, text[slice(*way.to_source(0, 6))]) == ("Brandt", odd)


@pytest.mark.parametrize(
    ("unit", "clean"),
    [
        ("\u200b", ""),
        ("&amp;", "&"),
        ("\u0410nna ", "Anna "),
        ("é\u00a0", "é "),
        ("e\u0301", "é"),
        ("❤\ufe0f\u200d", "❤\ufe0f\u200d"),
    ],
)
def test_a_long_text_is_read_like_a_short_one(unit: str, clean: str) -> None:
    assert repair("x " + unit * 50_000 + "❤").text == "x " + clean * 50_000 + "❤"


def test_a_heap_of_accents_is_left_to_itself() -> None:
    heap = "a" + "\u0301\u0323" * 50_000
    assert len(repair(heap).text) > 90_000
