"""Letters in other clothes: ligatures, wide ones, the alphabets of mathematics, boxes.

Where NFKC would change what is said (x², ½, ™), everything stays.
"""

# ruff: noqa: RUF001 - look-alikes are its matter

from __future__ import annotations

import re
from collections.abc import Iterator
from unicodedata import normalize

from corpus.ingest.repair.edits import Edit

_SMALL_CAPITALS = dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnopqrstuvwyz", strict=True))
_RAISED = "".join(
    c
    for c in map(chr, (*range(0x2B0, 0x2E4), *range(0x1D2C, 0x1DC0), 0x2071, 0x207F))
    if normalize("NFKC", c) != c
    and normalize("NFKC", c).isascii()
    and normalize("NFKC", c).isalpha()
)
_BOXED = {
    chr(start + offset): chr(ord(first) + offset)
    for start, first in (
        *((0x249C, "a"), (0x24B6, "A"), (0x24D0, "a")),
        *((0x1F110, "A"), (0x1F130, "A"), (0x1F150, "A"), (0x1F170, "A")),
    )
    for offset in range(26)
}
"""Letters in brackets, circles and squares; some are emoji and signs when they stand alone."""
_LETTERLIKE = "ℂℊℋℌℍℎℐℑℒℓℕℙℚℛℜℝℤℨℬℭℯℰℱℳℴℹⅅⅆⅇⅈⅉ"
"""Signs of their own, and the gaps in the alphabets of mathematics."""

_LIGATURES = "ĲĳſǄ-ǌǱ-ǳ\ufb00-\ufb06"
_WIDE = "０-９Ａ-Ｚａ-ｚ"
_STYLED = f"{_LIGATURES}{_WIDE}\U0001d400-\U0001d7ff"
_ALONE = f"{_LETTERLIKE}{''.join(_BOXED)}"
_NEAR = f"A-Za-z\u00c0-\u024f{_STYLED}{_ALONE}"
_DRESSED = re.compile(
    f"[{_STYLED}{_ALONE}{_RAISED}{''.join(_SMALL_CAPITALS)}＠．＿－／]",
)
_FOUND = re.compile(
    rf"[{_STYLED}]"
    rf"|[{_ALONE}](?!\ufe0f)(?=[{_NEAR}])|(?<=[{_NEAR}])[{_ALONE}](?!\ufe0f)"
    rf"|(?<=[0-9A-Za-z{_WIDE}])(?:[＠．＿－／]|：／／)(?=[0-9A-Za-z{_WIDE}])"
    rf"|(?<![^\W_])[{_RAISED}]{{3,}}(?!\w)|[{''.join(_SMALL_CAPITALS)}]{{3,}}"
)


def styled(text: str) -> Iterator[Edit]:
    """Yield letters and ligatures that are dressed up, with the plain ones."""
    if _DRESSED.search(text) is None:
        return
    for match in _FOUND.finditer(text):
        for at, character in enumerate(match[0], start=match.start()):
            if (plain := _plain(character)) != character:
                yield Edit(at, at + 1, plain)


def _plain(character: str) -> str:
    known = _SMALL_CAPITALS.get(character) or _BOXED.get(character)
    return known or normalize("NFKC", character)
