"""Counts what a guard of the real interviews recognises and what it lets pass; nothing is kept.

python benchmarks/guard_sources.py [FOLDER_OF_INTERVIEWS]
"""

from __future__ import annotations

import json
import re
import sys
import textwrap
import time
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from corpus.check import opening
from corpus.check.guard.sources import WINDOW, Sources
from corpus.check.types import Passage
from corpus.ingest import Roles, expand, read_file
from corpus.model import Turn

INTERVIEWS = Path(__file__).parents[2] / "shared" / "data" / "interviews" / "markdown"
_KEY = bytes(range(32))
_AROUND = "Notes of the week\n\nNothing here was said by anybody in an interview.\n\n"
_LARGEST = 1 << 26
_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


def _by(text: str, count: int) -> list[str]:
    words = text.split()
    return [" ".join(words[at : at + count]) for at in range(0, len(words), count)]


def _before(mark: str, text: str) -> str:
    return "\n".join(mark + line for line in text.split("\n"))


def _wrapped(text: str, width: int = 72) -> str:
    return "\n".join(textwrap.fill(p, width) for p in text.split("\n"))


def _cues(text: str) -> str:
    cues = enumerate(_by(text, 7), 1)
    return "\n\n".join(
        f"{n}\n00:{n // 60:02}:{n % 60:02},000 --> 00:{n // 60:02}:{n % 60:02},900\n{cue}"
        for n, cue in cues
    )


def _json(text: str) -> str:
    return "\n".join(
        json.dumps({"speaker": "A", "start": n / 4, "text": word, "score": 0.93})
        for n, word in enumerate(text.split())
    )


def _numbered(text: str) -> str:
    return "\n".join(f"{n:4}  {line}" for n, line in enumerate(_wrapped(text, 40).split("\n"), 1))


def _literals(text: str) -> str:
    return "\n".join(
        f"    {json.dumps(f'{line} {chr(10)}')} +" for line in _wrapped(text).split("\n")
    )


def _marked(text: str) -> str:
    return unicodedata.normalize("NFD", re.sub("([aeiou])", "\\1\u200b\ufe0f", text))


_FORMS: dict[str, tuple[str, Callable[[str], str]]] = {
    "as it is": ("md", str),
    "wrapped": ("md", _wrapped),
    "wrapped and quoted (> )": ("md", lambda text: _before("> ", _wrapped(text))),
    "wrapped and commented (# )": ("py", lambda text: _before("    # ", _wrapped(text))),
    "wrapped at 40 columns, lines numbered": ("txt", _numbered),
    "string literals": ("js", _literals),
    "upper case": ("md", str.upper),
    "full-width letters": ("txt", lambda text: text.translate(_WIDE)),
    "decomposed, with selectors and zero-width": ("txt", _marked),
    "captions cut anew": ("srt", _cues),
    "JSON, a word a line": ("jsonl", _json),
    "<br> for blanks": ("html", lambda text: text.replace(" ", "<br>")),
    "\\emph{} around every third word": (
        "tex",
        lambda text: re.sub(r"(\S+ \S+ )(\w+)", r"\1\\emph{\2}", text),
    ),
    "hyphenated at lines' ends": (
        "txt",
        lambda text: re.sub(r"([a-z]{3})([a-z]{3})", r"\1-\n\2", text),
    ),
    "one word a paragraph": ("md", lambda text: "\n\n".join(text.split())),
    "a full stop after three words": ("md", lambda text: ". ".join(_by(text, 3))),
}


def main(folder: Path) -> None:
    """Print the counts."""
    paths = [Path(p) for p in expand([str(folder)]) if Path(p).name != "README.md"]
    roles = Roles.default()
    talks = [draft.turns for path in paths for draft in read_file(str(path), roles=roles)]
    began = time.process_time()
    sources = _of(talks)
    seconds = time.process_time() - began
    print(f"{len(talks)} transcripts, {sum(map(len, talks)):,} turns, of which {len(sources):,}")
    print(f"are told; made in {seconds:.1f} s, {len(sources.to_bytes()):,} bytes")
    texts = [path.read_text("utf-8") for path in paths]
    for name, (ending, form) in _FORMS.items():
        opened = (_opened(form(text), ending) for text in texts)
        _print(f"whole sources, {name}", [bool(sources.found(found)) for found in opened])
    for first, whose in ((0, "the interviewer's"), (1, "the participant's")):
        said = ["\n\n".join(turn.text for turn in talk[first::2]) for talk in talks]
        _print(f"{whose} turns alone", _blocked(sources, said))
    for size in range(1, WINDOW + 1):
        _print(f"{size} turns in another file", _blocked(sources, _excerpts(talks, size)))
    for half in (0, 1):
        others = _blocked(_of(talks[half::2]), texts[1 - half :: 2])
        _print("interviews of which none is known, of the same study", others)
    other = Sources.from_bytes(sources.to_bytes(), bytes(32))
    for name in ("as it is", "wrapped"):
        read = [_FORMS[name][1](text) for text in texts]
        began = time.process_time()
        _blocked(other, read)
        speed = sum(len(text.encode()) for text in read) / (time.process_time() - began)
        print(f"{'prose in which nothing is known, ' + name:52} {speed / 1e6:6.1f} MB/s")


def _of(talks: Iterable[Sequence[Turn]]) -> Sources:
    return Sources.of([[turn.text for turn in talk] for talk in talks], _KEY)


def _opened(text: str, ending: str) -> Iterable[Passage]:
    return opening.open_item(text.encode(), f"talk.{ending}", most=_LARGEST).passages


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
    print(f"{what:52} {sum(blocked):6,} of {len(blocked):6,} blocked, {passed:6,} pass", flush=True)


if __name__ == "__main__":
    chosen = Path(sys.argv[1]) if len(sys.argv) > 1 else INTERVIEWS
    if chosen.is_dir():
        main(chosen)
    else:
        print(f"{chosen} is not there: nothing to count")
