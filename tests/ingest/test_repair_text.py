"""What is put right in a text, and that offsets survive it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.ingest.repair import repair


@pytest.mark.parametrize(
    ("damaged", "right", "runs"),
    [
        ("right answers â€“ weâ€™re", "right answers – we’re", 2),
        ("FranÃ§ois and ÄŒeskÃ½", "François and Český", 3),
        ("voilÃ  quoi", "voilà quoi", 1),
        ("ðŸ˜€ and 5 Â°C", "😀 and 5 °C", 2),
        ("it\x92s", "it’s", 1),
        ("naïve – déjà â€œvuâ€\x9d", "naïve – déjà “vu”", 2),
        ("SÃO PAULO, Âge, AÇÃO", "SÃO PAULO, Âge, AÇÃO", 0),
        ("TGF-Î² and 5\u202fÂ°C", "TGF-β and 5 °C", 2),
        ("РџСЂРёРІРµС‚", "Привет", 1),
        ("ß”0 and Ž“", "ß”0 and Ž“", 0),
        ("plain", "plain", 0),
    ],
)
def test_mojibake_is_put_right_where_it_can_be_explained(
    damaged: str, right: str, runs: int
) -> None:
    repaired = repair(damaged)
    assert (repaired.text, repaired.counts["mojibake"]) == (right, runs)


def test_a_repaired_run_maps_as_a_whole() -> None:
    text = "a â€“ b"
    piece, way = repair(text).cut(0, 5)
    assert piece == "a – b"
    assert text[slice(*way.to_source(2, 3))] == "â€“"
    assert text[slice(*way.to_source(4, 5))] == "b"


def test_line_ends_and_controls_are_counted() -> None:
    repaired = repair("a\r\nb\rc\x0cd\x00\x1b\ufeff\u200be")
    assert repaired.text == "a\nb\nc\nde"
    assert repaired.counts == {"line_ends": 2, "spaces": 1, "controls": 2, "invisible": 2}


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("I am [REDACTED] of [COMPANY_NAME], see [PERSON_1] and [redacted]", 4),
        ("[laughs] [INAUDIBLE] [1] x[i] List<T>", 0),
    ],
)
def test_placeholders_that_stand_already_are_counted(text: str, count: int) -> None:
    assert repair(text).placeholders == count


PIECES = st.sampled_from(
    ["a", "ß", " ", "\n", "\r\n", "\r", "\x07", "â€“", "Ã©", "é", "😀", "ðŸ˜€"]
)


@given(st.lists(PIECES).map("".join), st.data())
def test_every_span_lies_on_what_it_was_made_from(text: str, data: st.DataObject) -> None:
    repaired = repair(text)
    low = data.draw(st.integers(0, len(repaired.text)))
    piece, way = repaired.cut(low, data.draw(st.integers(low, len(repaired.text))))
    if piece:
        start = data.draw(st.integers(0, len(piece) - 1))
        end = data.draw(st.integers(start + 1, len(piece)))
        source = text[slice(*way.to_source(start, end))]
        assert piece[start:end] in repair(source).text


@given(st.text())
def test_segments_cover_the_text_without_gaps(text: str) -> None:
    repaired = repair(text)
    ends = [0, *(s.end for s in repaired.segments)]
    assert [s.start for s in repaired.segments] == ends[:-1]
    assert ends[-1] == len(repaired.text)
    assert all(s.source_start < s.source_end <= len(text) for s in repaired.segments)
    sources = [(s.source_start, s.source_end) for s in repaired.segments]
    assert sources == sorted(sources)
