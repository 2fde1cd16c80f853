"""Fates for tests of what is said."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from corpus.check.types import Fate, Place, Treatment

PRINT = "0123456789abcdef" * 2


def place(**given: Any) -> Place:
    """Build a place in notes.md; what is not given is usual."""
    usual: dict[str, Any] = {
        "path": "notes.md",
        "line": 3,
        "column": 5,
        "length": 26,
        "label": "EMAIL_ADDRESS",
        "rule": "email",
    }
    return Place(**(usual | given))


def fate(*places: Place, name: str = "notes.md", treatment: Treatment = "scanned") -> Fate:
    """Build the fate of a file."""
    return Fate(path=name, name=name, treatment=treatment, why=("read as text",), places=places)


def whole(rule: str = "unregistered-transcript", **given: Any) -> Place:
    """Build what concerns a file as a whole."""
    usual = {"label": "TRANSCRIPT", "rule": rule, "line": 0, "column": 0, "length": 0}
    return place(**(usual | given))


names = st.binary(min_size=1, max_size=24).map(
    lambda data: data.replace(b"\0", b"").decode("utf-8", "surrogateescape") or "a"
)
"""File names as a file system may have them; hostile ones among them."""
hostile = names | st.sampled_from(
    [
        "a\n::error::forged",
        "::add-mask::a",
        ":",
        "  ::stop-commands::x",
        "##[error]forged",
        "####vso[task.complete]",
        "a\r\nb",
        "\x1b]0;title\x07",
        "a:b,c%0A::warning::d",
        "\u202egnp.exe",
        "a\u2028b",
        "[x](http://y) {0}",
        "\udcff\udc80",
        "\ud800",
    ]
)


@st.composite
def fates(draw: st.DrawFn) -> list[Fate]:
    """Draw fates of hostile names, with places of every kind."""
    places = st.builds(
        Place,
        path=st.just(""),
        inside=st.just("") | hostile,
        line=st.integers(0, 9),
        column=st.integers(1, 9),
        length=st.integers(0, 99),
        label=st.sampled_from(["PERSON", "TRANSCRIPT", "ALLOW"]),
        rule=st.sampled_from(["email", "recalled-release", "own\nrule"]),
        level=st.sampled_from(["error", "warning"]),
        print=st.sampled_from(["", PRINT]),
    )
    made = []
    for name in draw(st.lists(hostile.filter(lambda n: "\ud800" not in n), max_size=4)):
        found = draw(st.lists(places, max_size=4))
        made.append(
            Fate(
                path=name,
                name=name,
                treatment=draw(st.sampled_from(["scanned", "unreadable", "known"])),
                why=tuple(draw(st.lists(hostile, max_size=2))),
                places=tuple(place(**_with(p, path=name)) for p in found),
            )
        )
    return made


def _with(found: Place, **changed: Any) -> dict[str, Any]:
    return {name: getattr(found, name) for name in Place.__slots__} | changed
