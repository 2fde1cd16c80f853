"""Names the optional layer of the package that a missing library belongs to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from corpus.errors import LayerError


@contextmanager
def needs(layer: str) -> Iterator[None]:
    """Turn a missing library inside the block into an error that names the layer.

    Raises:
        LayerError: a library that the layer brings is not installed.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name is None or error.name.split(".")[0] == "corpus":
            raise
        raise LayerError(
            f"this needs {error.name}, which is not installed"
            f" - install it with: pip install 'transcript-corpus[{layer}]'"
        ) from error
