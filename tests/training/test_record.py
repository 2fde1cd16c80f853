"""What weights have read: counted by source, kept beside them, added up along their way."""

from __future__ import annotations

from pathlib import Path

import pytest

from training import record
from training.example import Example, turn_of
from training.record import Read


def example(source: str, *texts: str) -> Example:
    turns = tuple(turn_of(number, "P", text) for number, text in enumerate(texts))
    return Example(id="t", source=source, turns=turns, marks=())


def test_texts_and_words_are_counted_for_each_source() -> None:
    read = record.of(
        [example("real", "one two", "three"), example("written", "a b"), example("real", "four")],
        epochs=3,
    )
    assert read == {
        "real": Read(texts=2, words=4, seen=12),
        "written": Read(texts=1, words=2, seen=6),
    }


def test_what_is_read_in_part_is_seen_in_part() -> None:
    texts = [example("real", "w " * 10), example("written", "w " * 10)]
    read = record.of(texts, epochs=4, share=lambda one: 0.5 if one.source == "real" else 2)
    assert {source: one.seen for source, one in read.items()} == {"real": 20, "written": 80}
    assert {one.words for one in read.values()} == {10}


NER = {"gum": Read(texts=9, words=900, seen=1800)}
TALK = {
    "real": Read(texts=2, words=50, seen=300),
    "written": Read(texts=4, words=80, seen=480),
}


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    record.save(tmp_path / "a.pt", TALK, {"epochs": 6})
    assert record.load(tmp_path / "a.pt") == TALK
    assert [path.name for path in tmp_path.iterdir()] == ["a.read.json"]


def test_the_record_of_weights_holds_all_that_was_read_on_the_way_to_them(tmp_path: Path) -> None:
    first, second, third = (tmp_path / f"{name}.pt" for name in "abc")
    record.save(first, NER, {"stage": 1})
    record.save(second, TALK, {"stage": 2}, first)
    record.save(third, {"real": Read(texts=3, words=70, seen=140)}, {"stage": 3}, second)
    assert record.load(first) == NER
    assert record.load(second) == {**NER, **TALK}
    assert record.load(third) == {
        **NER,
        **TALK,
        "real": Read(texts=3, words=70, seen=440),
    }
    assert [recipe["stage"] for recipe in record.recipes(third)] == [1, 2, 3]


def test_a_copy_says_the_same(tmp_path: Path) -> None:
    record.save(tmp_path / "a.pt", TALK, {"epochs": 6})
    record.copy(tmp_path / "a.pt", tmp_path / "model.onnx")
    assert record.load(tmp_path / "model.onnx") == TALK
    assert record.recipes(tmp_path / "model.onnx") == [{"epochs": 6}]


def test_weights_without_a_record_are_nothing_to_go_on_from(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"unknown\.read\.json"):
        record.save(tmp_path / "a.pt", TALK, {}, tmp_path / "unknown.pt")


def test_weights_are_those_wanted_when_their_last_runs_are_the_ones_told(tmp_path: Path) -> None:
    first, second = tmp_path / "a.pt", tmp_path / "b.pt"
    record.save(first, TALK, {"stage": 2, "epochs": 3, "seed": 1})
    record.save(second, TALK, {"stage": 3, "epochs": 1}, first)
    assert record.ends_with(first, {"stage": 2, "epochs": 3})
    assert record.ends_with(second, {"stage": 3})
    assert record.ends_with(second, {"stage": 2, "epochs": 3}, {"stage": 3})
    assert not record.ends_with(first, {"stage": 2, "epochs": 8})
    assert not record.ends_with(first, {"stage": 2, "share": 0.5})
    assert not record.ends_with(first, {"stage": 2}, {"stage": 3})
    assert not record.ends_with(tmp_path / "none.pt", {"stage": 2})
    record.forget(first)
    record.forget(first)
    assert not record.ends_with(first, {"stage": 2})
