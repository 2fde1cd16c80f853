"""Opens what is checked: the bytes of an item in, passages of text out.

What it is, is decided by its bytes, and by its name only where these leave it open. Whatever is
wrong with it ends in `Opened.problem`; nothing that it holds stands in there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from importlib import import_module

from corpus.check import private
from corpus.check.opening import encoding, kinds, runs
from corpus.check.opening.content import Budget, Content, UnopenedError
from corpus.check.types import Opened, Passage
from corpus.errors import CorpusError, MachineError

__all__ = ["as_part", "is_read", "open_item", "opened"]

_OPENERS = {
    "text": "text",
    "csv": "text",
    "json": "literals",
    "notebook": "notebook",
    "markdown": "markup",
    "html": "markup",
    "xml": "markup",
    "captions": "markup",
    "rtf": "rtf",
    "mail": "mail",
    "parquet": "parquet",
    "arrow": "arrow",
    "zip": "zipped",
    "tar": "tarred",
    "gzip": "compressed",
    "bzip2": "compressed",
    "xz": "compressed",
}
"""Kind -> the module that opens it; loaded when the first of its kind comes."""

_UNREAD = {
    "pdf": "PDF is not read",
    "office": "Office files of before 2007, or with a password, are not read",
    "feather": "Feather of version 1 is not read",
    "7z": "7z archives are not read",
    "rar": "RAR archives are not read",
    "zstd": "zstd is not read",
}


def is_read(kind: str) -> bool:
    """Tell whether items of a kind are looked into: other binary files have no opener."""
    return kind != kinds.BINARY and kind not in _UNREAD


def open_item(data: bytes, name: str, *, most: int) -> Opened:
    """Open an item.

    Args:
        data: its bytes.
        name: its name, of which the ending may tell what it is.
        most: how many bytes it, and all that lies in it, may unpack to.

    Raises:
        LayerError: a library that it needs is not installed.
    """
    item = opened(Content(data=data, name=name, budget=Budget(most)))
    return replace(item, passages=_quiet(item.passages))


def as_part(item: Opened) -> Opened:
    """Return what was opened as a part of another: of a kind that is not read, it was skipped."""
    if is_read(item.kind):
        return item
    return replace(item, problem="", skipped=item.problem or "is not text")


def opened(content: Content) -> Opened:
    """Open a content, or say what is wrong with it.

    Raises:
        LayerError: a library that it needs is not installed.
    """
    one = _opened(content)
    return replace(one, is_private=one.is_private or private.is_of_workspace(content.data))


def _opened(content: Content) -> Opened:
    kind = kinds.packed(content)
    try:
        if kind is None:
            kind = _unsigned(content)
        if kind in _UNREAD:
            return _unread(content, kind)
        if kind in _OPENERS:
            return _opener(kind)(content, kind)
        return _noise(content)
    except UnopenedError as error:
        told = kind if kind and is_read(kind) else kinds.TEXT
        return Opened(kind=told, problem=str(error))
    except CorpusError:
        raise
    except Exception:  # noqa: BLE001 - whatever a library says of it may quote it
        return Opened(kind=kind or kinds.TEXT, problem="it is damaged")


def _unsigned(content: Content) -> str:
    """Name the kind of what its first bytes do not tell.

    Raises:
        UnopenedError: it is a text that is larger than is read.
    """
    if not encoding.is_text(content.data):
        return kinds.named(content)
    if len(content.data) > content.most:
        raise UnopenedError("it is larger than is read")
    return kinds.written(content)


def _unread(content: Content, kind: str) -> Opened:
    """Open what begins like something that is not read: where it goes on as text, that is read."""
    if not encoding.is_text(content.data):
        return Opened(kind=kind, passages=runs.spoken(content.data), problem=_UNREAD[kind])
    if len(content.data) > content.most:
        raise UnopenedError("it is larger than is read")
    return replace(_opener(kinds.TEXT)(content, kinds.TEXT), skipped=_UNREAD[kind])


def _noise(content: Content) -> Opened:
    """Open what is no text: where its name says that it is one, that is a problem."""
    if kinds.is_called_text(content):
        raise UnopenedError("its name says that it is text, and it cannot be read as one")
    return Opened(kind=kinds.BINARY, passages=runs.spoken(content.data))


def _opener(kind: str) -> Callable[[Content, str], Opened]:
    module = import_module(f"{__name__}.{_OPENERS[kind]}")
    opener: Callable[[Content, str], Opened] = module.opened
    return opener


def _quiet(passages: Iterable[Passage]) -> Iterator[Passage]:
    """Yield the passages; what goes wrong meanwhile is not told in a library's words."""
    try:
        yield from passages
    except CorpusError:
        raise
    except Exception:  # noqa: BLE001 - as above
        raise MachineError("an item that was whole could not be read to its end") from None
