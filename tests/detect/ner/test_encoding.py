"""The stream of pieces: nothing is left out, nothing is read twice."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from corpus.detect.ner.encoding import NO_WORD, Encoder, windows
from corpus.detect.ner.model import FOLDER
from corpus.model import SourceMap, Span, Transcript, Turn

Build = Callable[..., Transcript]

ENCODER = Encoder(Tokenizer.from_file(str(FOLDER / "tokenizer.json")))
NOWHERE = SourceMap(segments=())


def turns_of(*texts: str) -> tuple[Turn, ...]:
    return tuple(
        Turn(
            index=index,
            speaker="Ann",
            role="other",
            text=text,
            speaker_source=NOWHERE,
            text_source=NOWHERE,
        )
        for index, text in enumerate(texts)
    )


def surfaces(*texts: str) -> list[str]:
    turns = turns_of(*texts)
    return [turns[w.turn].of(w.field)[w.start : w.end] for w in ENCODER.encode(turns).words]


def test_speaker_labels_are_read_before_their_texts() -> None:
    assert surfaces("Hi Jo", "ok.") == ["Ann", "Hi", "Jo", "Ann", "ok", "."]


def test_a_word_of_several_pieces_is_one_word() -> None:
    encoded = ENCODER.encode(turns_of("Okonkwo-Bjørnstad"))
    assert surfaces("Okonkwo-Bjørnstad")[1:] == ["Okonkwo", "-", "Bjørnstad"]
    assert (encoded.word_of == 1).sum() > 1


def test_an_emoji_leaves_the_word_that_it_is_glued_to() -> None:
    plain, glued = (ENCODER.encode(turns_of(t)) for t in ("at Ulm  now", "at Ulm\U0001f389 now"))
    assert glued.ids.tolist() == plain.ids.tolist()
    assert glued.words == plain.words


@pytest.mark.parametrize("text", ["İstanbul'da", "A\u0301lvaro", "ﬁrm ½", "日本語 x", "👩‍💻 Jo"])
def test_offsets_hold_where_folding_changes_lengths(text: str) -> None:
    words = surfaces(text)[1:]
    assert words
    for word in words:
        assert word in text
        assert word.strip() == word


@given(st.lists(st.text(max_size=80), min_size=1, max_size=4))
def test_every_letter_and_digit_lies_in_one_word(texts: list[str]) -> None:
    turns = turns_of(*texts)
    encoded = ENCODER.encode(turns)
    covered = [0] * sum(len(turn.text) for turn in turns)
    starts = np.cumsum([0, *(len(turn.text) for turn in turns)])
    for word in encoded.words:
        if word.field == "text":
            for at in range(word.start, word.end):
                covered[starts[word.turn] + at] += 1
    plain = "".join(texts)
    assert all(
        count == 1 for count, c in zip(covered, plain, strict=True) if c.isascii() and c.isalnum()
    )
    assert max(covered, default=0) <= 1


@given(
    st.lists(st.text(alphabet="ab .\nX1", max_size=120), min_size=1, max_size=6),
    st.integers(min_value=8, max_value=40),
    st.integers(min_value=0, max_value=6),
)
def test_windows_judge_each_piece_once_and_see_what_stands_before(
    texts: list[str], size: int, context: int
) -> None:
    encoded = ENCODER.encode(turns_of(*texts))
    at = 0
    for window in windows(encoded, size=size, context=context):
        assert window.start == at
        assert window.end > window.start
        assert window.end - window.context < size
        assert window.context == max(0, window.start - context)
        at = window.end
    assert at == len(encoded.ids)


def test_a_word_is_not_cut_in_two() -> None:
    encoded = ENCODER.encode(turns_of("Okonkwo Bjornstad Wiratmaja " * 20))
    for window in windows(encoded, size=32, context=4):
        if window.start:
            before, after = encoded.word_of[window.start - 1 : window.start + 1]
            assert before != after or after == NO_WORD


def test_windows_end_between_turns_where_they_can() -> None:
    encoded = ENCODER.encode(turns_of("one two three four", "five six seven eight", "nine ten"))
    ends = [window.end for window in windows(encoded, size=18, context=0)]
    assert ends[0] in encoded.turn_starts


def test_windows_end_between_sentences_where_a_turn_is_longer() -> None:
    turns = turns_of("Okonkwo wrote it down again. " * 20)
    encoded = ENCODER.encode(turns)
    starts = [w.start for w in windows(encoded, size=40, context=4) if w.start]
    last_words = [encoded.words[encoded.word_of[start - 1]] for start in starts]
    assert len(starts) > 3
    assert {turns[w.turn].text[w.start : w.end] for w in last_words} == {"."}


def test_shapes_tell_case_digits_and_where_a_sentence_begins() -> None:
    def shapes(text: str) -> list[int]:
        encoded = ENCODER.encode(turns_of(text))
        of_words = dict(zip(encoded.word_of.tolist(), encoded.shapes.tolist(), strict=True))
        return [of_words[number] for number in range(1, len(encoded.words))]

    first, second = shapes("anna went."), shapes("Anna went.")
    assert first[0] != second[0]
    assert first[1:] == second[1:]
    words = ("bob", "Bob", "BOB", "bOb", "12", "b12", "!")
    assert len({tuple(shapes(word)) for word in words}) == len(words)
    first_bob, _, _, second_bob, again, _ = shapes("Bob ran. Bob Bob ran")
    assert first_bob == second_bob != again


@given(st.lists(st.text(max_size=40), min_size=1, max_size=3), st.data())
def test_a_span_is_located_by_the_words_that_it_touches(
    texts: list[str], data: st.DataObject
) -> None:
    turns = turns_of(*texts)
    encoded = ENCODER.encode(turns)
    turn = data.draw(st.sampled_from(turns))
    start = data.draw(st.integers(0, len(turn.text)))
    end = data.draw(st.integers(start, len(turn.text)))
    span = Span(turn=turn.index, start=start, end=end)
    touched = [n for n, word in enumerate(encoded.words) if word.overlaps(span)]
    located = [encoded.word_of[p.start : p.end].tolist() for p in encoded.locate([span])]
    wanted = [n for n in encoded.word_of.tolist() if n in touched]
    assert located == ([wanted] if touched else [])
