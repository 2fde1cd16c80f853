"""Text that was decoded wrongly, put right where the wrong decoding explains it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

from corpus.ingest.repair.edits import Edit
from corpus.layers import needs

_WORD = re.compile(r"[^ \t\n\r]+(?:(?<=[ÃÂ]) {1,2}[^ \t\n\r]*)*")
_WIDE_RUN = re.compile(r"[^\x00-\x7f]+(?:(?<=[ÃÂ]) [^\x00-\x7f]*)*")
_AT_WORD_START = re.compile("[ÃÂ] ")


def mojibake(text: str) -> Iterator[Edit]:
    """Yield the runs that a wrong decoding explains, and what they should read."""
    if text.isascii() or not _is_suspect(text):
        return
    for word in _WORD.finditer(text):
        if word[0].isascii():
            continue
        runs = list(_WIDE_RUN.finditer(word[0]))
        for run, new in zip(runs, _mended(word[0]), strict=True):
            if new != run[0] and _is_plausible(new):
                yield Edit(word.start() + run.start(), word.start() + run.end(), new)


def _is_suspect(text: str) -> bool:
    """Tell whether ftfy may find fault with any word: whole texts are faster to ask about."""
    with needs("steward"):
        from ftfy.badness import is_bad
    return is_bad(text) or _AT_WORD_START.search(text) is not None


@lru_cache(maxsize=4096)
def _mended(word: str) -> tuple[str, ...]:
    """Return what each non-ASCII run of the word should read, as far as ftfy explains it."""
    with needs("steward"):
        from ftfy import fix_encoding
    runs = tuple(_WIDE_RUN.findall(word))
    fixed = fix_encoding(word)
    if fixed == word:
        return runs
    return _between(fixed, _WIDE_RUN.split(word)) or tuple(map(fix_encoding, runs))


def _between(fixed: str, plain: Sequence[str]) -> tuple[str, ...]:
    """Return what stands between the plain parts of a word, or nothing where they do not fit.

    Each is looked for once: a pattern of them all would try every combination.
    """
    first, *inner, last = plain
    stop = len(fixed) - len(last)
    at, found = len(first), []
    for part in inner:
        end = fixed.find(part, at + 1, stop)
        if end < 0:
            return ()
        found.append(fixed[at:end])
        at = end + len(part)
    fits = fixed.startswith(first) and fixed.endswith(last) and at < stop
    return (*found, fixed[at:stop]) if fits else ()


def _is_plausible(mended: str) -> bool:
    """Tell whether a repair makes sense: one lone letter of a rare script does not."""
    names = [
        unicodedata.name(c, "") for c in mended if c.isalpha() or unicodedata.category(c) == "Cn"
    ]
    rare = [name for name in names if not name.startswith(("LATIN ", "GREEK "))]
    return bool(mended) and "" not in rare and len(rare) != 1
