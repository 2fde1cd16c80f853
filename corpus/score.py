"""Gold marks and predicted spans in, the figures of the guidelines out."""

from __future__ import annotations

import json
import random
from collections import Counter
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
    told_apart: float | None
    """Share of mentions treated right, of strings with both kinds in one transcript, to hide and
    `none`."""
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


_Tally = Counter[tuple[str, bool]]
"""How often each claim held and did not; those of several texts may be added up."""

_DRAWS = 1000
_SEED = 0


def score(gold: Mapping[str, Gold], predicted: Mapping[str, Sequence[Hidden]]) -> Scores:
    """Return the figures for what would be hidden in the gold's texts.

    Raises:
        InputError: a text of the gold has no prediction, not even an empty one.
    """
    return _figures(_tallies(gold, predicted).values())


def intervals(
    gold: Mapping[str, Gold], predicted: Mapping[str, Sequence[Hidden]]
) -> dict[str, tuple[float, float]]:
    """Return a 95 % interval for each figure, from 1,000 resamples of the transcripts.

    Raises:
        InputError: a text of the gold has no prediction, not even an empty one.
    """
    tallies = list(_tallies(gold, predicted).values())
    chance = random.Random(_SEED)  # noqa: S311 - the same draws each time
    drawn = [_figures(chance.choices(tallies, k=len(tallies))) for _ in range(_DRAWS)]
    found = {}
    for name in FIGURES:
        values = sorted(value for one in drawn if (value := getattr(one, name)) is not None)
        if values:
            found[name] = (values[len(values) * 25 // 1000], values[len(values) * 975 // 1000])
    return found


FIGURES = (
    "recall_direct",
    "recall_quasi",
    "entity_recall_direct",
    "entity_recall_quasi",
    "precision",
    "f1",
    "kept",
    "label_accuracy",
    "told_apart",
)
"""The fields of `Scores` that are shares."""


def _figures(tallies: Iterable[_Tally]) -> Scores:
    tallies = list(tallies)
    total: _Tally = sum(tallies, Counter())
    precision, recall = _share(total, "precision"), _share(total, "all")
    labels = sorted({claim.removeprefix(_LABEL) for claim, _ in total if claim.startswith(_LABEL)})
    return Scores(
        texts=len(tallies),
        recall_direct=_share(total, "direct"),
        recall_quasi=_share(total, "quasi"),
        entity_recall_direct=_share(total, "entity direct"),
        entity_recall_quasi=_share(total, "entity quasi"),
        precision=precision,
        f1=2 * precision * recall / (precision + recall) if precision and recall else None,
        kept=_share(total, "none"),
        label_accuracy=_share(total, "right label"),
        told_apart=_share(total, "apart"),
        by_label={label: _counts(total, _LABEL + label) for label in labels},
    )


_LABEL = "label "
_BOTH = 2


def _tallies(
    gold: Mapping[str, Gold], predicted: Mapping[str, Sequence[Hidden]]
) -> dict[str, _Tally]:
    tallies: dict[str, _Tally] = {
        id_: _precision(gold[id_], predicted.get(id_, ())) for id_ in gold
    }
    entities: dict[tuple[str, str, Mask], bool] = {}
    strings: dict[tuple[str, str], list[tuple[bool, bool]]] = {}
    for outcome in _outcomes(gold, predicted):
        tally, mask = tallies[outcome.id], outcome.mark.mask
        is_right = not outcome.is_touched if mask == "none" else outcome.is_hidden
        strings.setdefault((outcome.id, outcome.surface), []).append((mask == "none", is_right))
        if mask == "none":
            tally[mask, not outcome.is_touched] += 1
            continue
        for claim in ("all", mask, _LABEL + outcome.mark.label):
            tally[claim, outcome.is_hidden] += 1
        if outcome.is_hidden:
            tally["right label", outcome.has_label] += 1
        entity = (outcome.id, outcome.surface, mask)
        entities[entity] = entities.get(entity, True) and outcome.is_hidden
    for (id_, _, mask), is_hidden in entities.items():
        tallies[id_][f"entity {mask}", is_hidden] += 1
    for (id_, _), mentions in strings.items():
        if len({is_none for is_none, _ in mentions}) == _BOTH:
            tallies[id_].update(("apart", is_right) for _, is_right in mentions)
    return tallies


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


def _precision(gold: Gold, predicted: Sequence[Hidden]) -> _Tally:
    """Count the hidden letters and digits that had to be hidden, and the others."""
    wanted = _covered(gold.text, (mark for mark in gold.marks if mark.mask != "none"))
    return Counter(
        ("precision", bool(right))
        for char, hidden, right in zip(
            gold.text, _covered(gold.text, predicted), wanted, strict=True
        )
        if hidden and char.isalnum()
    )


def _counts(total: _Tally, claim: str) -> tuple[int, int]:
    return total[claim, True], total[claim, True] + total[claim, False]


def _share(total: _Tally, claim: str) -> float | None:
    held, all_ = _counts(total, claim)
    return held / all_ if all_ else None


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
