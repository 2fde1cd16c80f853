"""Findings as workflow commands, which GitHub shows beside the lines of a pull request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from corpus.check.speaking.shown import has_position, what, where
from corpus.check.types import Fate, Place
from corpus.printable import printable


def commands(fates: Iterable[Fate]) -> Iterator[str]:
    """Yield a command for each place, and for each item that could not be read."""
    for fate in fates:
        if fate.treatment == "unreadable":
            why = fate.why[-1] if fate.why else ""
            yield _command("error", {"file": fate.name, "title": "not checked"}, why)
        for place in fate.places:
            yield _command(place.level, _properties(fate.name, place), _message(place))


def failed(message: str) -> str:
    """Return the command for a check that did not come to its end."""
    return _command("error", {"title": "corpus check"}, message)


def _properties(name: str, place: Place) -> dict[str, str]:
    properties = {"file": name}
    if has_position(place) and not place.inside:
        properties |= {"line": str(place.line), "col": str(place.column)}
    return properties | {"title": place.label}


def _message(place: Place) -> str:
    words = where(place) if place.inside else ""
    return f"{words}: {what(place)}" if words else what(place)


def _command(level: str, properties: dict[str, str], message: str) -> str:
    given = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{level} {given}::{_data(message)}"


def _data(value: str) -> str:
    line = printable(value).replace("##", r"#\x23")  # "##[" and "##vso[", which others obey
    return line.replace("%", "%25")


def _property(value: str) -> str:
    return _data(value).replace(":", "%3A").replace(",", "%2C")
