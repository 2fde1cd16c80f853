"""Counts what a guard of the real interviews recognises and what it lets pass; nothing is kept.

python benchmarks/guard_sources.py [FOLDER_OF_INTERVIEWS]
"""

from __future__ import annotations

import sys
import textwrap
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from corpus.check.guard.sources import WINDOW, Sources
from corpus.check.types import Passage
from corpus.ingest import Roles, expand, read_file
from corpus.model import Turn

INTERVIEWS = Path(__file__).parents[2] / "shared" / "data" / "interviews" / "markdown"
_KEY = bytes(range(32))
_AROUND = "Notes of the week\n\nNothing here was said by anybody in an interview.\n\n"
_FORMS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "wrapped": lambda text: "\n".join(textwrap.fill(p, 72) for p in text.split("\n")),
    "wrapped and quoted (> )": lambda text: _before("> ", _FORMS["wrapped"](text)),
    "wrapped and commented (# )": lambda text: _before("    # ", _FORMS["wrapped"](text)),
    "upper case": str.upper,
}


def main(folder: Path) -> None:
    """Print the counts."""
    paths = [Path(p) for p in expand([str(folder)]) if Path(p).name != "README.md"]
    roles = Roles.default()
    talks = [draft.turns for path in paths for draft in read_file(str(path), roles=roles)]
    began = time.perf_counter()
    sources = Sources.of([[turn.text for turn in talk] for talk in talks], _KEY)
    seconds = time.perf_counter() - began
    print(f"{len(talks)} transcripts, {sum(map(len, talks)):,} turns, of which {len(sources):,}")
    print(f"are told by a sentence; made in {seconds:.1f} s, {len(sources.to_bytes()):,} bytes")
    texts = [path.read_text("utf-8") for path in paths]
    for name, form in _FORMS.items():
        _print(f"whole sources, {name}", _blocked(sources, [form(text) for text in texts]))
    for size in range(1, WINDOW + 1):
        _print(f"{size} turns in another file", _blocked(sources, _excerpts(talks, size)))
    other = Sources.from_bytes(sources.to_bytes(), bytes(32))
    for name in ("as it is", "wrapped"):
        read = [_FORMS[name](text) for text in texts]
        began = time.process_time()
        _blocked(other, read)
        speed = sum(len(text.encode()) for text in read) / (time.process_time() - began)
        print(f"{'prose in which nothing is known, ' + name:48} {speed / 1e6:6.1f} MB/s")


def _before(mark: str, text: str) -> str:
    return "\n".join(mark + line for line in text.split("\n"))


def _excerpts(talks: Sequence[Sequence[Turn]], size: int) -> list[str]:
    return [
        _AROUND + "\n\n".join(f"{t.speaker}: {t.text}" for t in talk[start : start + size])
        for talk in talks
        for start in range(len(talk) - size + 1)
    ]


def _blocked(sources: Sources, texts: Iterable[str]) -> list[bool]:
    return [bool(sources.found([Passage(text=text)])) for text in texts]


def _print(what: str, blocked: Sequence[bool]) -> None:
    passed = len(blocked) - sum(blocked)
    print(f"{what:48} {sum(blocked):6,} of {len(blocked):6,} blocked, {passed:6,} pass")


if __name__ == "__main__":
    chosen = Path(sys.argv[1]) if len(sys.argv) > 1 else INTERVIEWS
    if chosen.is_dir():
        main(chosen)
    else:
        print(f"{chosen} is not there: nothing to count")
