"""Bytes in, their text out, damaged or not."""

from __future__ import annotations

import codecs

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BYTE_MARKS = tuple(mark for mark, _ in _MARKS)
_CONTROLS = bytes({*range(32), 127} - set(b"\t\n\f\r\x1b"))
_SAMPLE = 1 << 14
"""Bytes of each stretch that is looked at; of a small file, all."""
_NOISY = 0.2
"""Share of control characters in UTF-8 beyond which it is not text: a NUL may part words."""
_MOSTLY = 0.05
"""The same in other bytes: chance makes eleven in a hundred."""
_NEARLY = 0.01
_PLAIN = 0.9
_HIGH = bytes(range(128, 256))
_WIDE = 0.1
_FEW = 0.2
_RUN = bytes(64)
"""Zeros that stand for nothing, as where a file was cut off or its disk failed."""


def is_text(data: bytes) -> bool:
    """Tell whether the bytes are text, damaged or not; of long ones, some are looked at."""
    if data.startswith(_BYTE_MARKS):
        return True
    sample = _sample(data)
    if wide := _wide(sample):
        read = sample.decode(wide, "replace").encode("utf-8", "replace")
        return _noise(read) <= _MOSTLY
    if _is_parted(sample):
        return True
    noise = _noise(sample)
    if noise <= _MOSTLY or (noise <= _NOISY and _is_utf8(data)):
        return True
    return _RUN in data and _is_around(data.replace(_RUN, b""))


def _is_around(data: bytes) -> bool:
    """Tell whether what stands around runs of zeros is text."""
    sample = _sample(data).replace(b"\0", b"")
    return bool(sample) and _noise(sample) < _NEARLY and _is_utf8(data)


def text(data: bytes) -> str:
    """Return the text, without byte order mark; what cannot be read in it reads as U+FFFD."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(name, "replace")
    if wide := _wide(_sample(data)):
        return data.decode(wide, "replace")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        return _odd(data, error.start)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _odd(data: bytes, at: int) -> str:
    """Return a text that is not quite UTF-8, or in another encoding; its first odd byte is told."""
    sample = data[max(0, at - _SAMPLE // 2) : at + _SAMPLE]
    lenient = sample.decode("utf-8", "replace")
    broken = lenient.count("\ufffd")
    whole = sum(character > "\x7f" for character in lenient) - broken
    if whole >= broken:
        return data.decode("utf-8", "replace")
    return data.decode(_guess(sample) or "cp1252", "replace")


def _guess(sample: bytes) -> str | None:
    """Name the encoding of what is not UTF-8, as ingesting does."""
    from corpus.ingest import decode

    return decode.guess(sample)


def _sample(data: bytes) -> bytes:
    if len(data) <= 3 * _SAMPLE:
        return data
    middle = len(data) // 2 // 4 * 4
    return data[:_SAMPLE] + data[middle : middle + _SAMPLE] + data[-(len(data) % 4) - _SAMPLE :]


def _noise(data: bytes) -> float:
    return (len(data) - len(data.translate(None, _CONTROLS))) / max(1, len(data))


def _is_parted(sample: bytes) -> bool:
    """Tell whether the bytes are plain but for zeros among them, as between names in a list."""
    narrow = sample.replace(b"\0", b"")
    if (len(sample) - len(narrow)) * 3 >= len(sample):
        return False
    plain = len(narrow.translate(None, _CONTROLS + _HIGH))
    return _noise(narrow) < _NEARLY or plain >= len(sample) * _PLAIN


def _wide(sample: bytes) -> str | None:
    """Name UTF-16 or UTF-32 without a mark: its zero bytes stand in the same places always."""
    if b"\0" not in sample or _is_parted(sample):
        return None
    zeros = [sample[i::4].count(0) * 4 / len(sample) for i in range(4)]
    low, high = zeros[1] + zeros[3], zeros[0] + zeros[2]
    told = {
        "utf-32-le": min(zeros[2:]) > 1 - _FEW > zeros[0],
        "utf-32-be": min(zeros[:2]) > 1 - _FEW > zeros[3],
        "utf-16-le": low > _WIDE and high < low * _FEW,
        "utf-16-be": high > _WIDE and low < high * _FEW,
    }
    return next((name for name, holds in told.items() if holds), None)
