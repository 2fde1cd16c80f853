"""Gold marks and predicted spans in, the figures of the guidelines out."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from corpus.errors import InputError, MachineError
from corpus.model import LABELS, MASKS, Mask

Hidden = tuple[int, int, str]
"""What would be redacted: start and end in the gold's text, label."""

_GOLD_LABELS = (*LABELS, "OTHER")
_GOLD_FORM = 'a gold line is {"id", "text", "spans": [[start, end, label, mask]]}'
_PREDICTION_FORM = 'a prediction line is {"id", "spans": [[start, end, label]]}'
_Item = TypeVar("_Item")


class Mark(NamedTuple):
    """A mention as an annotator marked it, with offsets into the text as given."""

    start: int
    end: int
    label: str
    mask: Mask


@dataclass(frozen=True, slots=True, kw_only=True)
class Gold:
    """A transcript in bare form with its marks."""

    text: str = field(repr=False)
    marks: tuple[Mark, ...]


class Miss(NamedTuple):
    """A mention that should have been hidden and was not; holds no text."""

    id: str
    start: int
    end: int
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """How well the predictions hide what the gold says; None where nothing was to count."""

    texts: int
    recall_direct: float | None
    """Share of direct mentions of which every letter and digit is hidden."""
    recall_quasi: float | None
    entity_recall_direct: float | None
    """Share of direct entities (same text in one transcript) hidden in all their mentions."""
    entity_recall_quasi: float | None
    precision: float | None
    """Share of the hidden letters and digits that had to be hidden."""
    f1: float | None
    """Harmonic mean of precision and the recall of all mentions."""
    kept: float | None
    """Share of `none` mentions that no prediction touches."""
    label_accuracy: float | None
    """Share of hidden mentions whose largest overlapping prediction has the right label."""
    by_label: dict[str, tuple[int, int]]
    """Hidden mentions and mentions to hide, for each label."""


class _Outcome(NamedTuple):
    """What became of one mark."""

    id: str
    mark: Mark
    surface: str
    is_hidden: bool
    is_touched: bool
    has_label: bool


def score(gold: Mapping[str, Gold], predicted: Mapping[str, Sequence[Hidden]]) -> Scores:
    """Return the figures for what would be hidden in the gold's texts.

    Raises:
        InputError: a text of the gold has no prediction, not even an empty one.
    """
    outcomes = list(_outcomes(gold, predicted))
    wanted = [o for o in outcomes if o.mark.mask != "none"]
    recall = _share(o.is_hidden for o in wanted)
    precision = _precision(gold, predicted)
    return Scores(
        texts=len(gold),
        recall_direct=_share(o.is_hidden for o in wanted if o.mark.mask == "direct"),
        recall_quasi=_share(o.is_hidden for o in wanted if o.mark.mask == "quasi"),
        entity_recall_direct=_entity_recall(wanted, "direct"),
        entity_recall_quasi=_entity_recall(wanted, "quasi"),
        precision=precision,
        f1=2 * precision * recall / (precision + recall) if precision and recall else None,
        kept=_share(not o.is_touched for o in outcomes if o.mark.mask == "none"),
        label_accuracy=_share(o.has_label for o in wanted if o.is_hidden),
        by_label=_by_label(wanted),
    )


def misses(gold: Mapping[str, Gold], predicted: Mapping[str, Sequence[Hidden]]) -> tuple[Miss, ...]:
    """Return where the mentions stand that should have been hidden and were not.

    Raises:
        InputError: a text of the gold has no prediction, not even an empty one.
    """
    return tuple(
        Miss(o.id, o.mark.start, o.mark.end, o.mark.label)
        for o in _outcomes(gold, predicted)
        if o.mark.mask != "none" and not o.is_hidden
    )


def read_gold(path: Path) -> dict[str, Gold]:
    """Return the transcripts of a gold file by their IDs.

    Raises:
        InputError: the file is missing, or a line of it is not gold.
        MachineError: the file cannot be read.
    """
    return _read(path, _gold, _GOLD_FORM)


def read_predictions(path: Path) -> dict[str, tuple[Hidden, ...]]:
    """Return the predicted spans of each transcript by its ID.

    Raises:
        InputError: the file is missing, or a line of it is no prediction.
        MachineError: the file cannot be read.
    """
    return _read(path, _prediction, _PREDICTION_FORM)


def _outcomes(
    gold: Mapping[str, Gold], predicted: Mapping[str, Sequence[Hidden]]
) -> Iterator[_Outcome]:
    if missing := sorted(gold.keys() - predicted.keys()):
        raise InputError(
            f"no prediction for {len(missing)} of {len(gold)} texts, the first is {missing[0]}",
            remedy="write an empty list of spans where nothing was found",
        )
    for id_, item in gold.items():
        covered = _covered(item.text, predicted[id_])
        for mark in item.marks:
            places = [covered[i] for i in _letters(item.text, mark.start, mark.end)]
            yield _Outcome(
                id=id_,
                mark=mark,
                surface=item.text[mark.start : mark.end].casefold(),
                is_hidden=all(places),
                is_touched=any(places),
                has_label=_nearest_label(mark, predicted[id_]) == mark.label,
            )


def _covered(text: str, spans: Iterable[tuple[Any, ...]]) -> bytearray:
    covered = bytearray(len(text))
    for start, end, *_ in spans:
        for i in range(start, min(end, len(text))):
            covered[i] = 1
    return covered


def _letters(text: str, start: int, end: int) -> Sequence[int]:
    """Return where letters and digits stand; every place where there are none."""
    return [i for i in range(start, end) if text[i].isalnum()] or range(start, end)


def _nearest_label(mark: Mark, spans: Sequence[Hidden]) -> str | None:
    def overlap(span: Hidden) -> int:
        return min(mark.end, span[1]) - max(mark.start, span[0])

    return max(spans, key=overlap)[2] if spans else None


def _precision(gold: Mapping[str, Gold], predicted: Mapping[str, Sequence[Hidden]]) -> float | None:
    return _share(
        bool(wanted)
        for id_, item in gold.items()
        for char, hidden, wanted in zip(
            item.text,
            _covered(item.text, predicted[id_]),
            _covered(item.text, (mark for mark in item.marks if mark.mask != "none")),
            strict=True,
        )
        if hidden and char.isalnum()
    )


def _entity_recall(wanted: Iterable[_Outcome], mask: Mask) -> float | None:
    entities: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for outcome in wanted:
        if outcome.mark.mask == mask:
            entities[outcome.id, outcome.surface].append(outcome.is_hidden)
    return _share(map(all, entities.values()))


def _by_label(wanted: Sequence[_Outcome]) -> dict[str, tuple[int, int]]:
    total = Counter(o.mark.label for o in wanted)
    hidden = Counter(o.mark.label for o in wanted if o.is_hidden)
    return {label: (hidden[label], total[label]) for label in sorted(total)}


def _share(claims: Iterable[bool]) -> float | None:
    held = Counter(claims)
    return held[True] / held.total() if held else None


def _read(path: Path, parse: Callable[[dict[str, Any]], _Item], form: str) -> dict[str, _Item]:
    items: dict[str, _Item] = {}
    for number, line in enumerate(_lines(path), 1):
        if not line.strip():
            continue
        place = f"line {number}"
        try:
            row = json.loads(line)
            id_, item = _string(row["id"]), parse(row)
        except (ValueError, KeyError, TypeError):
            raise InputError("not of the form", path=path, place=place, remedy=form) from None
        if id_ in items:
            raise InputError(
                "an ID that an earlier line has", path=path, place=place, remedy="keep one of them"
            )
        items[id_] = item
    return items


def _lines(path: Path) -> Sequence[str]:
    try:
        return path.read_text(encoding="utf-8").split("\n")
    except FileNotFoundError:
        raise InputError("no such file", path=path, remedy="check the path") from None
    except UnicodeDecodeError:
        raise InputError("not UTF-8", path=path, remedy="save it as UTF-8 JSON lines") from None
    except OSError as error:
        raise MachineError(f"{path}: cannot be read: {error.strerror}") from error


def _gold(row: dict[str, Any]) -> Gold:
    text = _string(row["text"])
    marks = tuple(Mark(*_span(span, 4)) for span in row["spans"])
    if not all(m.end <= len(text) and m.label in _GOLD_LABELS and m.mask in MASKS for m in marks):
        raise ValueError("a mark outside the text, or of unknown label or mask")
    return Gold(text=text, marks=marks)


def _prediction(row: dict[str, Any]) -> tuple[Hidden, ...]:
    return tuple((start, end, label) for start, end, label in (_span(s, 3) for s in row["spans"]))


def _span(span: Sequence[Any], length: int) -> Sequence[Any]:
    start, end, *names = span
    if len(span) != length or type(start) is not int or type(end) is not int:
        raise ValueError("a span of the wrong length or kinds")
    if not 0 <= start < end:
        raise ValueError("a span that is empty or reaches before the text")
    return (start, end, *map(_string, names))


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not a string")
    return value
