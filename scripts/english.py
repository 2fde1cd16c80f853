"""Writes rules/english.txt: the words that the written transcripts are made of.

python scripts/english.py
"""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TRANSCRIPTS = 4
"""In how many transcripts a word must stand; fewer leave names and slips among them."""

_MARKED = re.compile(r"<<[^|]*\|[^>]*>>")
_WORD = re.compile(r"(?<![\w@./'-])[a-z]{2,}(?![\w@/-]|\.\w)")
_OF_OTHERS = """
    al baba bu da de del den der des di din dos du el em en et frau ha hai hon il ja je jest ka
    kasi ko la las le les lo los lola mas mi mis mon muy na ng ni nos nu nya oma opa para pas po
    pour que sa se si sin sol su ta te tu um un una und van vet von vos wa ya yo za zu
"""
"""Words that other languages need more than English does."""

_HEAD = """\
# Everyday English words, in lower case: what is made of them is in English, what is not may be
# in another language (see corpus/detect/language.py). scripts/english.py writes this file.

"""


def english() -> list[str]:
    """Return the words, marked mentions aside."""
    counts: Counter[str] = Counter()
    for path in sorted((ROOT / "training" / "written").glob("*.md")):
        text = _MARKED.sub(" ", path.read_text("utf-8")).replace("\u2019", "'")
        counts.update(set(_WORD.findall(text)))
    often = {word for word, count in counts.items() if count >= TRANSCRIPTS}
    return sorted({"a", "i", *often}.difference(_OF_OTHERS.split()))


if __name__ == "__main__":
    lines = textwrap.fill(" ".join(english()), width=99)
    (ROOT / "rules" / "english.txt").write_text(f"{_HEAD}{lines}\n", "utf-8")
