"""Counts in, charts out; pure.

Each is a table whose rows carry a bar, so that colour alone tells nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from xml.etree.ElementTree import Element

from corpus.release.report.markup import Child, element, number

Counts = Mapping[str, Mapping[str, int]]
"""By row, then by series."""

_COLOURS = 6
_FITS = 19
"""Characters of all columns but the first that a phone has room for."""
_LEAST = 0.4
"""Per cent of the width that even the smallest number takes."""


def bars(
    title: str, key: str, counts: Mapping[str, int], *, notes: Mapping[str, str] = {}
) -> Element:
    """Return a chart with one bar a row, longest first."""
    return stacked(
        title, key, ("number",), {k: {"number": n} for k, n in counts.items()}, notes=notes
    )


def stacked(
    title: str,
    key: str,
    series: Sequence[str],
    counts: Counts,
    *,
    notes: Mapping[str, str] = {},
) -> Element:
    """Return a chart whose bars are made up of the series, longest first.

    Args:
        title: of the chart.
        key: what a row is.
        series: in order; a single one has no column beside the total.
        counts: by row and series.
        notes: what some rows mean.
    """
    totals = {k: sum(row.values()) for k, row in counts.items()}
    most = max(totals.values(), default=0)
    several = series if len(series) > 1 else ()
    rows: list[Sequence[Child]] = []
    for name in sorted(counts, key=lambda k: (-totals[k], k)):
        lengths = [counts[name].get(s, 0) for s in series]
        shown = _key(name, notes.get(name, ""), _bar(_end_to_end(lengths, most)))
        rows.append((shown, totals[name], *(counts[name].get(s, 0) for s in several)))
    return _figure(title, (key, "all" if several else "number", *several), rows, several)


def compared(
    title: str, key: str, series: tuple[str, str], counts: Mapping[str, tuple[int, int]]
) -> Element:
    """Return a chart that sets a number before against one after, row by row as given."""
    most = max((n for pair in counts.values() for n in pair), default=0)
    rows = [
        (_key(name, "", _bar(_one_below_the_other(pair, most))), *pair, change(*pair))
        for name, pair in counts.items()
    ]
    return _figure(title, (key, *series, "change"), rows, series)


def change(before: int, after: int) -> str:
    """Return the difference with its sign."""
    return f"{after - before:+,}" if after != before else "0"


def listed(title: str, head: Sequence[str], rows: Sequence[Sequence[Child]]) -> Element:
    """Return a plain table; each row begins with what it is about."""
    return _figure(title, head, rows, ())


def _figure(
    title: str, head: Sequence[str], rows: Sequence[Sequence[Child]], series: Sequence[str]
) -> Element:
    stacks = {"class_": "stacks"} if _stacks(head, rows) else {}
    table = element(
        "table",
        element("thead", element("tr", *(element("th", name, scope="col") for name in head))),
        element("tbody", *(_row(head, row) for row in rows)),
        aria_label=title,
        **stacks,
    )
    legend = [_legend(series)] if series else []
    # What is wider than a phone scrolls within itself, by keyboard too.
    wide = element("div", table, class_="wide", role="region", aria_label=title, tabindex="0")
    return element("figure", element("figcaption", title), *legend, wide)


def _stacks(head: Sequence[str], rows: Sequence[Sequence[Child]]) -> bool:
    """Tell whether a phone sets the cells of a row below its name, since columns do not fit."""
    numbers = [*zip(head[1:], *(row[1:] for row in rows), strict=True)]
    return sum(max(map(_length, column)) + 1 for column in numbers) > _FITS


def _length(cell: Child) -> int:
    return len(number(cell) if isinstance(cell, int) else str(cell))


def _row(head: Sequence[str], cells: Sequence[Child]) -> Element:
    first, *others = cells
    named = zip(head[1:], others, strict=True)
    shown = (element("td", cell, data_label=name) for name, cell in named)
    return element("tr", element("th", first, scope="row"), *shown)


def _legend(series: Sequence[str]) -> Element:
    entries = (
        element("li", element("span", class_=f"dot {_colour(i)}", aria_hidden="true"), name)
        for i, name in enumerate(series)
    )
    return element("ul", *entries, class_="legend", aria_label="Colours")


def _key(name: str, note: str, bar: Element) -> Element:
    notes = [element("small", note)] if note else []
    return element("div", element("span", name, *notes), bar, class_="key")


def _bar(pieces: Sequence[Element]) -> Element:
    """A picture of the numbers in its row, which say the same to who cannot see it."""
    return element("svg", *pieces, class_="bar", aria_hidden="true", focusable="false")


def _end_to_end(lengths: Sequence[int], most: int) -> list[Element]:
    pieces, start = [], 0.0
    for i, length in enumerate(lengths):
        width = _width(length, most)
        if length:
            pieces.append(_piece(i, x=start, y=0, width=width, height=100))
        start += width
    return pieces


def _one_below_the_other(lengths: Sequence[int], most: int) -> list[Element]:
    height = 100 / len(lengths)
    return [
        _piece(i, x=0, y=i * height, width=_width(length, most), height=height)
        for i, length in enumerate(lengths)
        if length
    ]


def _width(length: int, most: int) -> float:
    return max(_LEAST, 100 * length / most) if length else 0.0


def _piece(place: int, *, x: float, y: float, width: float, height: float) -> Element:
    places = {"x": x, "y": y, "width": width, "height": height}
    return element("rect", class_=_colour(place), **{k: f"{v:.2f}%" for k, v in places.items()})


def _colour(place: int) -> str:
    return f"s{place % _COLOURS}"
