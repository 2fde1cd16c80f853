"""Feeds one reader broken files until the time is over, and stops at the first that breaks it.

pip install atheris
python scripts/fuzz.py FORMAT SECONDS [OPTIONS OF LIBFUZZER]

It begins with what fixtures/interviews holds of the format. A finding is whatever a reader
raises beside a SourceError, a crash, ten seconds or two gigabytes for one file, or a draft that
does not hold; the file that led to it is left in the temporary folder and named.
"""

from __future__ import annotations

import io
import sys
import tempfile
import unicodedata
from pathlib import Path
from random import Random
from zipfile import ZipFile

import atheris

with atheris.instrument_imports(include=["corpus", "json", "csv", "zipfile"]):
    from corpus.errors import SourceError
    from corpus.ingest import FORMATS, Roles, read_file
    from corpus.ingest.readers.docx import archive
    from corpus.model import Draft, SourceMap

INTERVIEWS = Path(__file__).resolve().parents[1] / "fixtures" / "interviews"
ROLES = Roles.default()
LIMITS = ("-max_len=65536", "-rss_limit_mb=2048", "-print_final_stats=1")
_PARTS = ("word/document.xml", "word/styles.xml")
_RAW = 0.2
"""How often the bytes of an archive are changed instead of the text that it packs."""


def main() -> None:
    """Fuzz the format that the command line names."""
    name, seconds, *more = sys.argv[1:]
    seeds = [str(path) for path in sorted(INTERVIEWS.iterdir()) if _is(name, path)]
    options = [f"-max_total_time={seconds}", f"-artifact_prefix={tempfile.gettempdir()}/{name}-"]
    if seeds:
        options.append(f"-seed_inputs={','.join(seeds)}")
    mutator = {"custom_mutator": _mutated} if name == "docx" else {}
    if not mutator:  # with one, the clock of libFuzzer ends the process
        options.append("-timeout=10")
    atheris.Setup([sys.argv[0], *options, *LIMITS, *more], lambda data: _try(data, name), **mutator)
    atheris.Fuzz()


def _is(name: str, path: Path) -> bool:
    return read_file(str(path), roles=ROLES)[0].format == name


def _try(data: bytes, name: str) -> None:
    """Read the bytes as the format, and as whatever they look like."""
    for wanted in (name, None):
        try:
            drafts = read_file("-", roles=ROLES, format=wanted, stdin=io.BytesIO(data))
        except SourceError as error:
            _hold(bool(error.remedy), "an error without a remedy")
        else:
            for draft in drafts:
                _check(draft)


def _check(draft: Draft) -> None:
    _hold(draft.format in FORMATS, "a format that is not known")
    _hold(bool(draft.turns), "a transcript without turns")
    for turn in draft.turns:
        _hold(bool(turn.speaker), "a turn without a speaker")
        _written(turn.speaker, turn.speaker_source, draft.source)
        _written(turn.text, turn.text_source, draft.source)
        for time in (turn.start_ms, turn.end_ms):
            _hold(time is None or 0 <= time < 2**63, "a time that no release can hold")


def _written(text: str, source: SourceMap, whole: str) -> None:
    """Hold a speaker or a text to what every reader promises."""
    _hold(text == text.strip(), "a text with blanks around it")
    _hold(
        all(c in "\t\n" or unicodedata.category(c) not in ("Cc", "Cs") for c in text),
        "a text with control characters",
    )
    at, place = 0, (0, 0)
    for start, end, *run in source.segments:
        _hold(start == at < end, "a text with parts that lead nowhere")
        _hold(0 <= run[0] < run[1] <= len(whole), "a place outside of the source")
        _hold(place[0] <= run[0] and place[1] <= run[1], "parts that lead back in another order")
        at, place = end, (run[0], run[1])
    _hold(at == len(text), "a text whose end leads nowhere")


def _hold(holds: bool, otherwise: str) -> None:
    if not holds:
        raise AssertionError(otherwise)


def _mutated(data: bytes, most: int, seed: int) -> bytes:
    """Change a text that a Word file packs, since few changes of packed bytes are read at all."""
    random = Random(seed)  # noqa: S311 - chance that can be repeated is what is wanted
    if random.random() < _RAW or not archive.is_word(data):
        return atheris.Mutate(data, most)
    try:
        with ZipFile(io.BytesIO(data)) as file:
            parts = {name: file.read(name) for name in _PARTS if name in file.namelist()}
    except Exception:  # noqa: BLE001 - whatever is wrong with it, it is changed further
        return atheris.Mutate(data, most)
    changed = random.choice(sorted(parts))
    parts[changed] = atheris.Mutate(parts[changed], most - 1024)
    out = io.BytesIO()
    with ZipFile(out, "w") as file:
        for name, part in parts.items():
            file.writestr(name, part)
    return out.getvalue()


if __name__ == "__main__":
    main()
