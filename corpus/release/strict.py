"""JSON as we write it: no key twice, whole numbers only, text that is text; pure."""

from __future__ import annotations

import json
from typing import Any, NoReturn


class UnusualError(ValueError):
    """What JSON may hold, and ours does not; its message is one clause."""


def loads(data: bytes) -> Any:
    """Return what the JSON says.

    Raises:
        UnusualError: it is none, or not of the kind that we write.
    """
    try:
        document = json.loads(
            data, object_pairs_hook=_object, parse_float=_refuse, parse_constant=_refuse
        )
        json.dumps(document, ensure_ascii=False).encode()
    except UnusualError:
        raise
    except (ValueError, RecursionError):
        raise UnusualError("it is not JSON") from None
    return document


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise UnusualError("it has a key twice")
    return found


def _refuse(_: str) -> NoReturn:
    raise UnusualError("it holds a number that is no integer")
