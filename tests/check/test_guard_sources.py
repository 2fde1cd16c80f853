"""Five consecutive turns of a source are known again in any disguise; a quotation is not."""

from __future__ import annotations

import csv
import io
import json
import random
import re
import textwrap
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.check import opening
from corpus.check.guard.sources import WINDOW, Sources
from corpus.check.guard.words import offset, words
from corpus.check.types import Passage

KEY = bytes(range(32))
WORDS = (
    *("harbour", "ledger", "copper", "quiet", "naïve", "fjord", "winter", "bicycle", "don't"),
    *("kettle", "window", "Zoë", "paper", "well-known", "garden", "Łódź", "engine", "river"),
    *("teacher", "straße", "borrow", "seldom", "lantern", "morning", "sketch", "violin", "ninety"),
)
QUIET = ("Yes.", "Right", "No, thanks!", "")
OTHER = "Minutes of a meeting that nobody recorded, with points for next time.\n\nMore of the same"


def _sentence(chance: random.Random) -> str:
    words = chance.choices(WORDS, k=chance.randint(12, 18))
    if chance.random() < 0.3:
        words[2] += ","
    if chance.random() < 0.2:
        words[-1] = f'"{words[-1]}"'
    return " ".join(words).capitalize()


def _turn(chance: random.Random) -> str:
    ends = chance.choices(".?!", k=chance.randint(2, 5))
    said = " ".join(_sentence(chance) + end for end in ends)
    return said.rstrip(".!?") if chance.random() < 0.2 else said


def _talks(seed: int) -> list[list[str]]:
    """Return transcripts in which every other turn may be a mere yes."""
    chance = random.Random(seed)
    return [
        [
            chance.choice(QUIET) if index % 2 and chance.random() < 0.3 else _turn(chance)
            for index in range(chance.randint(WINDOW, 12))
        ]
        for _ in range(3)
    ]


def _labelled(turns: list[str], gap: str = "\n\n", first: str = "Interviewer") -> str:
    return gap.join(f"{('P7', first)[n % 2 == 0]}: {text}" for n, text in enumerate(turns))


def _wrapped(turns: list[str]) -> str:
    return "\n\n".join(textwrap.fill(turn, 60) for turn in _labelled(turns).split("\n\n"))


def _before(mark: str, text: str) -> str:
    return "\n".join(mark + line for line in text.split("\n"))


def _csv(turns: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows([["speaker", "text"], *(["P", turn] for turn in turns)])
    return out.getvalue()


def _by(text: str, count: int) -> list[str]:
    words = text.split()
    return [" ".join(words[at : at + count]) for at in range(0, len(words), count)]


def _cues(turns: list[str]) -> str:
    cues = enumerate(_by(" ".join(turns), 7), 1)
    return "\n\n".join(f"{n}\n00:01:{n:02},120 --> 00:01:{n:02},900\n{cue}" for n, cue in cues)


def _word_by_word(turns: list[str]) -> str:
    return "\n".join(
        json.dumps({"speaker": "A", "start": n / 4, "word": word})
        for n, word in enumerate(" ".join(turns).split())
    )


def _numbered(turns: list[str]) -> str:
    lines = textwrap.fill(" ".join(turns), 40).split("\n")
    return "\n".join(f"{n:4}  {line}" for n, line in enumerate(lines, 1))


def _literals(turns: list[str]) -> str:
    lines = textwrap.fill(" ".join(turns), 40).split("\n")
    return "\n".join(json.dumps(f"{line}\n", ensure_ascii=False) + " +" for line in lines)


def _hyphenated(turns: list[str], mark: str = "") -> str:
    return re.sub("([a-z]{3})([a-z]{3})", rf"\1-\n{mark}\2", _labelled(turns))


def _with_marks(turns: list[str]) -> str:
    return unicodedata.normalize("NFD", re.sub("([aeiou])", "\\1\u200b\ufe0f", _labelled(turns)))


def _curly(text: str) -> str:
    return text.replace(' "', " “").replace('"', "”").replace("'", "’")


DISGUISES: dict[str, Callable[[list[str]], str]] = {
    "markdown": lambda turns: "# Talk\n\n" + _labelled(turns).replace("P7:", "**P7:**"),
    "one line a turn": lambda turns: _labelled(turns, "\n"),
    "wrapped": _wrapped,
    "wrapped, labels on their own lines": lambda turns: "\n".join(
        f"Ana  0:03\n{textwrap.fill(turn, 60)}" for turn in turns
    ),
    "quoted": lambda turns: _before("> ", _wrapped(turns)),
    "quoted twice": lambda turns: _before("> > ", _wrapped(turns)),
    "commented": lambda turns: _before("    # ", _wrapped(turns)),
    "csv": _csv,
    "json": lambda turns: json.dumps([{"text": t} for t in turns], ensure_ascii=False),
    "curly quotes": lambda turns: _curly(_labelled(turns)),
    "upper case": lambda turns: _labelled(turns).upper(),
    "other labels": lambda turns: _labelled(turns, first="Dr. M. O'Hara (host)"),
    "no labels": "\n".join,
    "bullets": lambda turns: "\n".join(f"- {turn}" for turn in turns),
    "carriage returns": lambda turns: _labelled(turns, "\r\n\r\n"),
    "bold words": lambda turns: _labelled(turns).replace("river", "**river**"),
    "soft hyphens": lambda turns: _labelled(turns).replace("lantern", "lan\u00adtern"),
    "captions cut anew": _cues,
    "JSON, a word a line": _word_by_word,
    "numbered lines": _numbered,
    "annotated, a word a row": lambda turns: "".join(
        f"{number}\t{word}\tO\n" for number, word in enumerate(_labelled(turns).split())
    ),
    "a few words a row, and who said them": lambda turns: "".join(
        f'{number},"{words}",SPEAKER_0{number % 2}\n'
        for number, words in enumerate(_by(_labelled(turns).replace('"', ""), 3))
    ),
    "a few words a line, and who said them": lambda turns: "".join(
        f"{'PI'[number % 20 > 9]}: {words}\n"
        for number, words in enumerate(_by(_labelled(turns), 3))
    ),
    "tiers of times and words": lambda turns: "".join(
        f'  intervals [{number}]:\n    xmin = {number}\n    text = "{word}"\n'
        for number, word in enumerate(_labelled(turns).split())
    ),
    "literals": _literals,
    "literals in one": lambda turns: json.dumps(_labelled(turns, "\n\t")),
    "escaped apostrophes": lambda turns: _labelled(turns).replace("'", "\\'"),
    "breaks for blanks": lambda turns: _labelled(turns).replace(" ", "<br>"),
    "tags": lambda turns: re.sub(r"(\S+) ", r'<w id="a1">\1</w> ', _labelled(turns)),
    "entities": lambda turns: _labelled(turns).replace(" ", "&nbsp;").replace("'", "&#39;"),
    "commands": lambda turns: re.sub(r" (\w+) ", r" \\emph{\1} ", _labelled(turns)),
    "hyphenated": _hyphenated,
    "hyphenated and commented": lambda turns: _hyphenated(turns, "    # "),
    "one word a paragraph": lambda turns: "\n\n".join(_labelled(turns).split()),
    "stops after three words": lambda turns: ". ".join(_by(_labelled(turns), 3)),
    "full-width": lambda turns: _labelled(turns).translate({n: n + 0xFEE0 for n in range(33, 127)}),
    "with marks": _with_marks,
    "decomposed": lambda turns: _labelled(turns).replace("ï", "i\u0308").replace("ë", "e\u0308"),
    "amid other text": lambda turns: f"{OTHER}\n\n{_labelled(turns)}\n\n{OTHER}\n",
}


@pytest.mark.parametrize("disguise", DISGUISES)
@settings(max_examples=20)
@given(seed=st.integers(0, 10**6), data=st.data())
def test_any_five_consecutive_turns_are_found(
    disguise: str, seed: int, data: st.DataObject
) -> None:
    talks = _talks(seed)
    talk = data.draw(st.sampled_from(talks))
    start = data.draw(st.integers(0, len(talk) - WINDOW))
    text = DISGUISES[disguise](talk[start : start + WINDOW])
    assert Sources.of(talks, KEY).found([Passage(text=text)])


@given(seed=st.integers(0, 10**6), data=st.data())
def test_turns_that_lie_in_passages_of_their_own_are_found(seed: int, data: st.DataObject) -> None:
    talks = _talks(seed)
    start = data.draw(st.integers(0, len(talks[1]) - WINDOW))
    rows = [
        Passage(text=text, inside=f"row {row}", line=0)
        for row, text in enumerate(("text", *talks[1][start : start + WINDOW]))
    ]
    (hit,) = Sources.of(talks, KEY).found(rows)
    first = next(row for row in rows[1:] if len(row.text) > 20)
    assert (hit.inside, hit.line) == (first.inside, 0)
    assert 1 <= hit.column <= len(first.text)


@given(seed=st.integers(0, 10**6), data=st.data())
def test_rows_of_a_word_each_are_found_beside_other_columns(seed: int, data: st.DataObject) -> None:
    talks = _talks(seed)
    start = data.draw(st.integers(0, len(talks[1]) - WINDOW))
    said = " ".join(talks[1][start : start + WINDOW]).split()
    rows = [
        Passage(text=text, inside=f"row {row}, column {column}", line=0)
        for row, word in enumerate(said)
        for column, text in (("speaker", "P7"), ("text", word))
    ]
    (hit, *_) = Sources.of(talks, KEY).found(rows)
    assert hit.inside.endswith("column text")


@given(seed=st.integers(0, 10**6))
def test_the_turns_of_one_speaker_alone_are_found(seed: int) -> None:
    chance = random.Random(seed)
    talk = [_turn(chance) for _ in range(2 * WINDOW)]
    for first in (0, 1):
        assert Sources.of([talk], KEY).found([Passage(text="\n\n".join(talk[first::2]))])


@pytest.mark.parametrize("disguise", DISGUISES)
@settings(max_examples=20)
@given(seed=st.integers(0, 10**6))
def test_another_talk_is_not(disguise: str, seed: int) -> None:
    other = DISGUISES[disguise](_talks(seed + 10**7)[0])
    assert not Sources.of(_talks(seed), KEY).found([Passage(text=other)])


@pytest.mark.parametrize("disguise", ["JSON, a word a line", "captions cut anew", "tags"])
def test_files_are_found_as_they_are_opened(disguise: str) -> None:
    talk = _talks(3)[0]
    name = {"JSON, a word a line": "a.jsonl", "captions cut anew": "a.srt"}.get(disguise, "a.html")
    opened = opening.open_item(DISGUISES[disguise](talk).encode(), name, most=1 << 20)
    assert Sources.of([talk], KEY).found(opened.passages)


@given(seed=st.integers(0, 10**6), data=st.data())
def test_a_quotation_of_two_turns_is_not(seed: int, data: st.DataObject) -> None:
    talks = [[turn for turn in talk if len(turn) > 20] for talk in _talks(seed)]
    talk = data.draw(st.sampled_from([talk for talk in talks if len(talk) >= WINDOW] or [[""]]))
    start = data.draw(st.integers(0, max(0, len(talk) - 2)))
    assert not Sources.of(talks, KEY).found([Passage(text=_labelled(talk[start : start + 2]))])


@given(seed=st.integers(0, 10**6))
def test_the_same_comes_back_from_bytes_and_nothing_with_another_key(seed: int) -> None:
    talks = _talks(seed)
    passage = Passage(text=_labelled(talks[0]))
    made = Sources.of(talks, KEY)
    data = made.to_bytes()
    assert data == Sources.of(talks, KEY).to_bytes()
    read = Sources.from_bytes(data, KEY)
    assert read.to_bytes() == data
    assert read.found([passage]) == made.found([passage]) != ()
    assert Sources.from_bytes(data, bytes(32)).found([passage]) == ()


def test_a_hit_is_told_where_its_first_words_stand() -> None:
    talk = [_turn(random.Random(n)) for n in range(WINDOW)]
    text = "Vorwärts – ﬁne.\n\nüber “Ana”: " + "\n\n".join(talk)
    (hit,) = Sources.of([talk], KEY).found([Passage(text=text, line=10, column=4)])
    assert (hit.line, hit.turns) == (12, WINDOW)
    line = text.split("\n")[2]
    assert re.fullmatch(r".*\W|", line[: hit.column - 1])
    assert line[hit.column - 1].isalpha()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("don't", "don\u2019t"),
        ("don't", "don\\'t"),
        ("don't", "don&#39;t"),
        ("well-known", "well-\nknown"),
        ("information", "infor-\n    # mation"),
        ("information", "infor-  \n> > mation"),
        ("naïve Łódź", "NAI\u0308VE Ło\u0301dz\u0301"),
        ("caf\\u00e9", "café"),
        ("fine words", "\ufb01ne<br/>words"),
        ("fine words", "\uff26\uff29\uff2e\uff25 12 words 3"),
        ("straße", "STRASSE"),
        ("나는 학교", unicodedata.normalize("NFD", "나는 학교")),
        ("会社で働く", "会 社\nで 働 く"),
        ("\uff76\uff9e", "ガ"),
    ],
)
def test_words_are_the_same_however_they_are_written(one: str, other: str) -> None:
    assert words(one) == words(other) != []


@pytest.mark.parametrize(
    ("one", "other"), [("a b", "ab"), ("no--never", "nonever"), ("one - two", "onetwo")]
)
def test_words_are_parted(one: str, other: str) -> None:
    assert words(one) != words(other)


@given(before=st.text("ab <>&;-'\\\n1é", max_size=40), number=st.integers(0, 12))
def test_a_word_is_led_back_to_its_line(before: str, number: int) -> None:
    said = "kettle harbour ledger copper quiet window garden river sketch violin lantern paper fig"
    above = f"{before} x.\n\n"
    text = above + said
    at = offset(text, len(words(above)) + number)
    assert text[at:].startswith(said.split()[number])


def test_a_short_transcript_counts_as_a_whole() -> None:
    talk = [_turn(random.Random(n)) for n in range(3)]
    sources = Sources.of([talk], KEY)
    assert sources.found([Passage(text=_labelled(talk))])
    assert not sources.found([Passage(text=_labelled(talk[:2]))])


def test_what_an_interviewer_says_to_everybody_tells_none_of_them() -> None:
    guide = [_turn(random.Random(n)) for n in range(6)]
    talks = [[part for q in guide for part in (q, _turn(random.Random(n)))] for n in (20, 21, 22)]
    assert not Sources.of(talks, KEY).found([Passage(text=_labelled(guide))])


def test_a_turn_that_is_said_again_and_again_is_known_at_each_place() -> None:
    again = _turn(random.Random(1))
    talk = [again, *([again] * 300)]
    sources = Sources.from_bytes(Sources.of([talk], KEY).to_bytes(), KEY)
    (hit,) = sources.found([Passage(text=again)])
    assert hit.turns == len(talk)


def test_scripts_without_blanks_are_known() -> None:
    talk = [
        chr(0x4E00 + n) * 3 + "我在一家小公司做会计已经很多年了。" + chr(0x4F00 + n)
        for n in range(6)
    ]
    own = [line.replace("我", chr(0x5000 + n)) for n, line in enumerate(talk)]
    assert Sources.of([own], KEY).found([Passage(text="\n".join(own))])


@pytest.mark.parametrize(
    "text",
    ["", "\n" * 5000, "a\n" * 5000, ". " * 5000, ">" * 5000, "\udcff" * 99, "x" * (1 << 21)],
    ids=["empty", "newlines", "letters", "stops", "quotes", "surrogates", "long"],
)
def test_noise_holds_nothing(text: str) -> None:
    assert not Sources.of(_talks(1), KEY).found([Passage(text=text)])


def test_turns_beyond_a_megabyte_are_found_with_their_line() -> None:
    talk = [_turn(random.Random(n)) for n in range(WINDOW)]
    text = "Nothing to see here, but plenty of it.\n" * 60_000 + _labelled(talk, "\n")
    (hit,) = Sources.of([talk], KEY).found([Passage(text=text)])
    assert (hit.line, hit.turns) == (60_001, WINDOW)


@pytest.mark.parametrize("data", [b"", b"\0" * 8, b"\xff" * 40, b"\0" * 7 + b"\1" + b"x" * 23])
def test_bytes_of_another_length_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        Sources.from_bytes(data, KEY)
