"""Opens what is checked: the bytes of an item in, passages of text out.

What it is, is decided by its bytes, and by its name only where these leave it open. Whatever is
wrong with it ends in `Opened.problem`; nothing that it holds stands in there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from importlib import import_module

from corpus.check.opening import encoding, kinds
from corpus.check.opening.content import Budget, Content, UnopenedError
from corpus.check.types import Opened, Passage
from corpus.errors import CorpusError, MachineError

__all__ = ["is_read", "open_item", "opened"]

_OPENERS = {
    "text": "text",
    "csv": "text",
    "json": "literals",
    "notebook": "notebook",
    "markdown": "markup",
    "html": "markup",
    "xml": "markup",
    "captions": "markup",
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
    "rtf": "RTF is not read",
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


def opened(content: Content) -> Opened:
    """Open a content, or say what is wrong with it.

    Raises:
        LayerError: a library that it needs is not installed.
    """
    kind = kinds.packed(content)
    try:
        if kind is None:
            kind = _unsigned(content)
        if kind in _UNREAD:
            return Opened(kind=kind, problem=_UNREAD[kind])
        return _opener(kind)(content, kind) if kind in _OPENERS else Opened(kind=kind)
    except UnopenedError as error:
        return Opened(kind=kind or kinds.TEXT, problem=str(error))
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
