"""A manifest in, the files that tell of it out: the card, croissant.json, report.html; pure."""

from __future__ import annotations

from collections.abc import Iterator

from corpus.release import card, changes, croissant, report
from corpus.release.manifest import Manifest

_WITH_PAGES = 3
"""The format from which on a release has more than its card."""


def names(form: int) -> frozenset[str]:
    """Return the names of all files beside tables, manifest and sums, in a format."""
    pages = (changes.NAME, croissant.NAME, report.NAME) if form >= _WITH_PAGES else ()
    return frozenset({card.NAME, *pages})


def of(manifest: Manifest, parent: Manifest | None = None) -> Iterator[tuple[str, bytes]]:
    """Yield name and bytes of each view.

    They are among the files that the release digest covers. So of `files` they know
    the tables alone, and they know neither the digest nor the date beside it.

    Args:
        manifest: of the release.
        parent: that of the release before, to say what changed since.
    """
    yield card.NAME, card.render(manifest).encode()
    yield croissant.NAME, croissant.render(manifest).encode()
    yield report.NAME, report.render(manifest, parent).encode()
