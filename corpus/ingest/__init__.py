"""Reads interview files: one reader per format in, drafts of transcripts out.

What the commit hook needs of it, such as decoding, must not wait for all readers: they are
imported when they are first asked for.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from corpus.ingest.formats import FORMATS, bare, read_file
    from corpus.ingest.paths import expand
    from corpus.ingest.speakers.roles import Roles

__all__ = ["FORMATS", "Roles", "bare", "expand", "read_file"]

_HOMES = {"Roles": "speakers.roles", "expand": "paths"}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(name)
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES.get(name, 'formats')}"), name)
