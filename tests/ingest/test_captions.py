"""WebVTT and SRT: whose cues become whose turns, and what of the file never gets in."""

from __future__ import annotations

import html
import io
import json
import sqlite3
import subprocess
import sys
import zlib
from collections.abc import Iterator
from contextlib import closing, suppress
from itertools import groupby
from pathlib import Path

import pytest
import webvtt
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import SourceError
from corpus.ingest import Roles, read_file
from corpus.model import Draft

ROLES = Roles.default()
TIMES = "00:00:01.000 --> 00:00:02.500"
LATER = "00:00:03.000 --> 00:00:04.000"


def read(text: str, format: str | None = None) -> Draft:  # noqa: A002
    stdin = io.BytesIO(text.encode())
    (draft,) = read_file("-", roles=ROLES, format=format, stdin=stdin)
    return draft


def said(draft: Draft) -> list[tuple[str, str]]:
    return [(turn.speaker, turn.text) for turn in draft.turns]


def vtt(*cues: str) -> str:
    """Write a file with a second for each cue."""
    timed = (f"00:{n:02d}.000 --> 00:{n + 1:02d}.000\n{cue}" for n, cue in enumerate(cues))
    return "\n\n".join(("WEBVTT", *timed)) + "\n"


def srt(*cues: str) -> str:
    timed = (
        f"{n + 1}\n00:00:{n:02d},000 --> 00:00:{n + 1:02d},000\n{cue}" for n, cue in enumerate(cues)
    )
    return "\n\n".join(timed) + "\n"


Cue = tuple[str, str, int]
"""Speaker, words and how many milliseconds."""
WORDS = st.text("abc XYZ019.,?!'&;é中-", min_size=1, max_size=30).filter(str.strip)
SIGNS = st.text("ab <>&;/#x4lt", min_size=1, max_size=30).filter(str.strip)


def cues(speakers: list[str], words: st.SearchStrategy[str]) -> st.SearchStrategy[list[Cue]]:
    cue = st.tuples(st.sampled_from(speakers), words, st.integers(1, 10_000_000))
    return st.lists(cue, min_size=1, max_size=12)


def written(captions: list[Cue], form: str, text: str) -> str:
    """Let webvtt-py write the cues, one after the other, their text made from a pattern."""
    made, at = [], 0
    for speaker, words, length in captions:
        caption = webvtt.Caption(text=text.format(speaker, words))
        caption.start_time = webvtt.models.Timestamp.from_seconds(at / 1000)
        caption.end_time = webvtt.models.Timestamp.from_seconds((at + length) / 1000)
        made.append(caption)
        at += length
    out = io.StringIO()
    webvtt.WebVTT(captions=made).write(out, format=form)
    return out.getvalue()


def assert_told(draft: Draft, captions: list[Cue]) -> None:
    """Hold the turns against the cues: joined by speaker, in time, and found in the source."""
    expected, at = [], 0
    for speaker, group in groupby(captions, key=lambda c: c[0]):
        own = list(group)
        start, at = at, at + sum(length for _, _, length in own)
        expected.append((speaker, " ".join(" ".join(w for _, w, _ in own).split()), start, at))
    assert [(t.speaker, t.text, t.start_ms, t.end_ms) for t in draft.turns] == expected
    for turn in draft.turns:
        low, high = turn.text_source.to_source(0, len(turn.text))
        assert draft.source[low:high].replace("&amp;", "&") == turn.text


@settings(deadline=None)
@given(captions=cues(["Ana Roe", "P7", "R&D, 2nd <row>"], SIGNS))
def test_what_webvtt_py_writes_as_vtt_reads_back_with_its_times(captions: list[Cue]) -> None:
    escaped = [(html.escape(s), html.escape(words), length) for s, words, length in captions]
    draft = read(written(escaped, "vtt", "<v {0}>{1}</v>"))
    assert draft.format == "vtt"
    assert_told(draft, captions)


@settings(deadline=None)
@given(
    captions=st.sampled_from([["INTERVIEWER", "P7"], ["SPEAKER_00", "SPEAKER_01"]]).flatmap(
        lambda speakers: cues(speakers, WORDS)
    ),
    pattern=st.sampled_from(["{0}: {1}", "[{0}]: {1}", ">> {0}: {1}", "- {0}: {1}"]),
)
def test_what_webvtt_py_writes_as_srt_reads_back_with_its_times(
    captions: list[Cue], pattern: str
) -> None:
    captions = [(captions[0][0], "Well.", 5), *captions]
    draft = read(written(captions, "srt", pattern))
    assert draft.format == "srt"
    assert_told(draft, captions)


EXPORTS = {
    "Zoom": (
        (
            "WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.000\nAna Roe (she/her): Hi there.\n\n"
            "2\n00:00:02.500 --> 00:00:03.000\nAna Roe (she/her): All well?\n\n"
            "3\n00:00:03.000 --> 00:00:04.000\nBo Lind: Fine.\n"
        ),
        [("Ana Roe (she/her)", "Hi there. All well?"), ("Bo Lind", "Fine.")],
    ),
    "Teams": (
        vtt("<v Ana Roe>I can\nhear you</v>", "<v Ana Roe>now.</v>", "<v Bo Lind>Good.</v>"),
        [("Ana Roe", "I can hear you now."), ("Bo Lind", "Good.")],
    ),
    "two voices in a cue": (
        vtt("<v.loud.left Ana>Yes?</v> <v Bo><i>No</i></v>\nreally", "no"),
        [("Ana", "Yes?"), ("Bo", "No really no")],
    ),
    "voices, so no labels": (
        vtt("<v Ana>Note this</v>", "<v Bo>Ana: she said, Bo: he said</v>", "<v Ana>Hm</v>"),
        [("Ana", "Note this"), ("Bo", "Ana: she said, Bo: he said"), ("Ana", "Hm")],
    ),
    "whisperX": (
        srt("[SPEAKER_00]: So you", "[SPEAKER_00]: keep bees.", "[SPEAKER_01]: Yeah."),
        [("SPEAKER_00", "So you keep bees."), ("SPEAKER_01", "Yeah.")],
    ),
    "Otter": (
        srt("Speaker 1: So you", "keep bees.", "Speaker 2: Yeah."),
        [("Speaker 1", "So you keep bees."), ("Speaker 2", "Yeah.")],
    ),
    "broadcast": (
        vtt("&gt;&gt; JOHN: It rained.", "&gt;&gt;MARY: Did it?\n&gt;&gt;&gt; JOHN: It did.")
        + "\n00:09.000 --> 00:10.000\n>> Who knows?\n",
        [("JOHN", "It rained."), ("MARY", "Did it?"), ("JOHN", "It did. >> Who knows?")],
    ),
    "dashes": (
        srt("- Ana: Hello.\n- Ben: Hi.", "- Ana: Sit.", "- Twice?\n\N{EN DASH} Once."),
        [("Ana", "Hello."), ("Ben", "Hi."), ("Ana", "Sit. - Twice? \N{EN DASH} Once.")],
    ),
    "rolling": (
        (
            "WEBVTT\nKind: captions\n\n"
            "00:00.000 --> 00:02.000 align:start\n \nAna: but<00:01.000><c> then</c>\n\n"
            "00:02.000 --> 00:02.010 align:start position:0%\nbut then\n \n\n"
            "00:02.010 --> 00:04.000\nbut then\nit<00:03.000><c.colorE5E5E5> broke</c>\n\n"
            "00:04.000 --> 00:05.000\nit broke\n&gt;&gt; Ben: oh\n"
        ),
        [("Ana", "but then it broke"), ("Ben", "oh")],
    ),
    "said twice": (
        vtt("Ana: Yes.", "Yes.", "Ben: Yes."),
        [("Ana", "Yes. Yes."), ("Ben", "Yes.")],
    ),
    "redacted": (srt("[NAME]: Hi.", "INT: Hi."), [("[NAME]", "Hi."), ("INT", "Hi.")]),
    "styled": (
        srt('{\\an8}<font color="#fff">Ana:</font> I <b>use</b> List<int>', "Ben: a < b > c"),
        [("Ana", "I use List<int>"), ("Ben", "a < b > c")],
    ),
    "entities": (
        vtt("<v Q&amp;A>a&nbsp;b &lt;v Bo&gt; AT&T &copy &#39;&#x2019;</v>"),
        [("Q&A", "a b <v Bo> AT&T &copy '\N{RIGHT SINGLE QUOTATION MARK}")],
    ),
    "no signature": (f"{TIMES}\n<v Ana>Hi\n\n{LATER}\n<v Bo>Yo", [("Ana", "Hi"), ("Bo", "Yo")]),
    "comma": (vtt("<v Ana>Hi").replace(".000", ",000"), [("Ana", "Hi")]),
    "no blank lines": (
        f"WEBVTT\n{TIMES}\n<v Ana>Hi\n2\n{LATER}\n<v Bo>Yo\n{LATER}\nyo",
        [("Ana", "Hi"), ("Bo", "Yo yo")],
    ),
    "blank lines": (
        f"\n1\n\n{TIMES}\n\nAna: Hi\n \nyou\n\n\n2\n\n{LATER}\nBo: Yo\n\n12\n\nor so\n",
        [("Ana", "Hi you"), ("Bo", "Yo 12 or so")],
    ),
    "no numbers": (
        f"{TIMES}\nAna: Hi\n\nlast\n{LATER}\nBo: Yo",
        [("Ana", "Hi last"), ("Bo", "Yo")],
    ),
}


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(("text", "turns"), EXPORTS.values(), ids=EXPORTS.keys())
def test_cues_of_one_speaker_join_into_a_turn(
    text: str, turns: list[tuple[str, str]], ending: str
) -> None:
    if text.startswith(TIMES) and "<v" in text:
        assert said(read(text.replace("\n", ending), "vtt")) == turns
    assert said(read("\ufeff" + text.replace("\n", ending))) == turns


def test_a_turn_lasts_from_its_first_cue_to_its_last() -> None:
    cues = [
        ("00:01.5", "00:02.25", "<v Ana>a"),
        ("00:02.000", "00:09.000", "b"),
        ("00:03.000", "00:04.000", "c"),
        ("00:01.000", "00:02.000", "<v Bo>back in time"),
        ("100:00:00.000", "1234:59:59.999", "<v Ana>late</v>"),
    ]
    draft = read("WEBVTT\n\n" + "\n\n".join(f"{a} --> {b}\n{text}" for a, b, text in cues))
    assert [(t.start_ms, t.end_ms) for t in draft.turns] == [
        (1_500, 9_000),
        (1_000, 2_000),
        (360_000_000, 4_445_999_999),
    ]


def test_a_label_among_voice_tags_is_heard() -> None:
    cues = ["<v P1>Fine.", "P2: I hated it.", "<v Ana>Why?", "Ana: Tell me.", "Note: a door"]
    times = [f"00:0{n}.000 --> 00:0{n}.500\n{cue}" for n, cue in enumerate(cues)]
    turns = read("\n\n".join(["WEBVTT", *times])).turns
    assert [(t.speaker, t.text) for t in turns] == [
        ("P1", "Fine."),
        ("P2", "I hated it."),
        ("Ana", "Why? Tell me. Note: a door"),
    ]


def test_words_before_the_first_speaker_are_counted_and_in_no_turn() -> None:
    draft = read(vtt("recording has begun", "<v Ana>Hi.</v>", "<v Bo>Yo.</v>"))
    assert said(draft) == [("Ana", "Hi."), ("Bo", "Yo.")]
    assert (draft.repairs.unlabelled, draft.repairs.dropped) == (3, 0)


@pytest.mark.parametrize(
    ("name", "text", "format_"),
    [
        ("x.txt", vtt("<v Ana>a"), "vtt"),
        ("x.srt", vtt("<v Ana>a"), "vtt"),
        ("x.vtt", srt("P1: a"), "srt"),
        ("x.md", "\ufeff\r\n" + srt("P1: a"), "srt"),
        ("x.vtt", f"NOTE a\n\n{TIMES}\n<v Ana>a", "vtt"),
        ("x.txt", "WEBVTTX\n\nP1: a\n\nINT: b", "text"),
        ("x.txt", "1\n\nP1: a\n\nINT: at 10:30 --> b", "text"),
    ],
)
def test_the_content_tells_captions_from_other_text(
    tmp_path: Path, name: str, text: str, format_: str
) -> None:
    (tmp_path / name).write_text(text)
    (draft,) = read_file(str(tmp_path / name), roles=ROLES)
    assert draft.format == format_


BAD = {
    "minutes": (f"WEBVTT\n\n{TIMES}\n<v Ana>zyx\n\n00:61:00.000 --> 00:62:00.000\nzyx", "line 6"),
    "cut short": (f"1\n{TIMES}\nP1: zyx\n\n2\n00:00:03,000 -->", "line 6: the times"),
    "letters": (f"1\n{TIMES}\nP1: zyx\n\n2\nzyx --> 00:00:04,000\nzyx", "line 6: the times"),
    "arrow": (vtt("<v Ana>a\nzyx --> zyx"), "line 5: the times .* arrows"),
    "text behind": (f"WEBVTT\n\n{TIMES} Ana: zyx\n", "line 3: text stands behind the times"),
    "glued": (f"WEBVTT\n\n{TIMES}zyx\nAna: b", "line 3: the times"),
    "no cue": ("WEBVTT\n\nNOTE zyx\n", "line 1: no cue"),
    "no speaker": (vtt("zyx zyx", "zyx"), "line 3: no cue names its speaker .*'Interviewer: ...'"),
    "unnamed voices": (vtt("<v>zyx</v>", "<v.loud >zyx"), "line 3: no cue names its speaker"),
    "unnamed changes": (srt("- zyx\n- zyx", ">> zyx"), "line 2: no cue names its speaker"),
    "silence": (vtt("<v Zyx></v>"), "line 3: no cue names its speaker"),
}


@pytest.mark.parametrize(("text", "message"), BAD.values(), ids=BAD.keys())
def test_captions_that_cannot_be_read_are_named_by_line(text: str, message: str) -> None:
    with pytest.raises(SourceError, match=message) as caught:
        read(text)
    assert caught.value.remedy
    assert "zyx" not in str(caught.value).casefold()


CANARY = "Zyxwvut"
HIDING = f"""WEBVTT - {CANARY}
Kind: {CANARY}

STYLE
::cue(.{CANARY}) {{ color: red }}

REGION
id:{CANARY}

NOTE {CANARY}

{CANARY} in the second paragraph of the note

{CANARY}-0
{TIMES} region:{CANARY}
<v.{CANARY} Ana><c.{CANARY}><lang {CANARY}>I was</lang> heard</c></v>

NOTE
{CANARY}
{LATER}
<v Bo>Were you?</v>

NOTE
{CANARY}
"""


def _stored(workspace: Path) -> Iterator[bytes]:
    """Yield all that a workspace keeps, its files and what is packed in its database."""
    yield from (p.read_bytes() for p in sorted(workspace.rglob("*")) if p.is_file())
    with closing(sqlite3.connect(workspace / "private" / "workspace.db")) as database:
        tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (name,) in tables:
            for row in database.execute(f'SELECT * FROM "{name}"'):  # noqa: S608 - our own names
                for cell in row:
                    with suppress(TypeError, zlib.error):
                        yield zlib.decompress(cell)


def test_nothing_beside_what_was_said_reaches_the_workspace(tmp_path: Path) -> None:
    def corpus(*args: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "corpus.cli", *args],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    (tmp_path / "call.vtt").write_text(HIDING)
    corpus("init", "study")
    corpus("ingest", "call.vtt", "--workspace", "study")
    kept = b"".join(_stored(tmp_path / "study"))
    assert b"I was heard" in kept
    assert CANARY.encode() not in kept
    (item,) = json.loads(corpus("ingest", "call.vtt", "--workspace", "study", "--json"))[
        "transcripts"
    ]
    assert item["repairs"]["dropped"] == 7
    shown = corpus("ingest", "call.vtt", "--workspace", "study")
    assert "7 pieces beside what was said left out" in shown


def test_the_time_line_of_an_srt_hides_nothing_that_gets_in() -> None:
    draft = read(f"{CANARY} export\n\n1\n{TIMES} X1:40 {CANARY.lower()}:1\nINT: Hi.\n", "srt")
    assert (draft.source, draft.repairs.dropped) == ("INT: Hi.", 1)


FRAGMENTS = st.sampled_from(
    [
        *("WEBVTT", "NOTE", "STYLE", "", " ", "1", "12", TIMES, LATER, "1:2 --> 3:4", "-->"),
        *("00:00:01,000 --> 00:00:0", "Ana: hi", "Bo: no", "<v Ana>", "<v Bo>x</v>", "</v>"),
        *("<v", "<v.x\t>", "[SPEAKER_00]: x", "- Ana: y", ">> ", "&amp", "&#99999999;", "&#0;"),
        *("```", "<00:01>x", "{\\an8}", "\u2028", "\x1e", "\x85", "---", "# h", "**Ana:** x"),
    ]
)


@settings(deadline=None, max_examples=300)
@given(
    text=st.one_of(
        st.text(st.characters(exclude_categories=["Cs"]), max_size=200),
        st.lists(FRAGMENTS, max_size=20).map("\n".join),
    ),
    form=st.sampled_from(["vtt", "srt"]),
)
def test_any_text_is_read_or_refused(text: str, form: str) -> None:
    try:
        draft = read(text, form)
    except SourceError as error:
        assert error.remedy  # noqa: PT017 - either way is right
        return
    assert all(turn.speaker and turn.text for turn in draft.turns)


@pytest.mark.parametrize("form", ["vtt", "srt"])
@pytest.mark.parametrize(
    "hostile",
    [
        "<v ",
        "<v\t",
        "{\\",
        "&amp;",
        "Ana: ",
        "a:",
        "- ",
        ">> ",
        "1\n",
        "\n",
        " ",
        "<00:",
        "-->",
        "`",
    ],
)
def test_a_piece_repeated_without_end_takes_its_time_once(hostile: str, form: str) -> None:
    text = f"WEBVTT\n\n{TIMES}\n{hostile * 50_000}"
    for whole in (text, text.replace(TIMES, TIMES + hostile * 50_000)):
        with pytest.raises(SourceError):
            read(whole, form)
