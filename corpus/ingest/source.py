"""A file on its way through a reader, and the ID that it claims."""

from __future__ import annotations

from dataclasses import dataclass, field

from corpus import ids
from corpus.errors import SourceError
from corpus.ingest.repair import repair
from corpus.ingest.speakers.roles import Roles


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A decoded file on its way through a reader."""

    path: str
    text: str = field(default="", repr=False)
    """The whole file; empty for a format that is not text."""
    content: bytes = field(default=b"", repr=False)
    """The file as it is; empty for a format that is text."""
    encoding: str
    roles: Roles
    format: str

    def error(self, problem: str, place: str, remedy: str) -> SourceError:
        """Return an error that names this file."""
        return SourceError(problem, path=self.path, place=place, remedy=remedy)


def claim(value: object, source: Source, place: str) -> str | None:
    """Return the ID that a source gives, or None where it gives none.

    Raises:
        SourceError: the ID could do harm as part of a path or a table.
    """
    repaired = repair("" if value is None else str(value))
    text = repaired.text.strip()
    if text and (repaired.counts["controls"] or not ids.is_safe(text)):
        raise source.error(
            "the transcript ID is not safe to use",
            place,
            "use letters, digits, '_' and '-', at most 128 of them",
        )
    return text or None
