"""Does the hook block all of a corpus's sources, and pass all of its release?

    python benchmarks/check_corpus.py WORKSPACE FOLDER_OF_ITS_SOURCES

In a repository of its own, as a colleague has it: guard file and key, no workspace. Each source is
checked whole, and with five consecutive turns of it pasted into a manual; then all files of the
latest release. Exits with 1 where one is judged wrongly.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from corpus import check, ingest
from corpus.check.guard import file, key, own
from corpus.ingest import Roles
from corpus.workspace import open_at

_MANUAL = """\
# How to make tea

Boil the water. Warm the pot, and let the leaves stand in it for three minutes.

{}

Pour it out. Milk goes last, whatever others tell you.
"""
_TURNS = 5


def main() -> int:
    """Check all, and print how each was judged."""
    workspace, sources = open_at(Path(sys.argv[1])), sorted(Path(sys.argv[2]).iterdir())
    sources = [path for path in sources if path.name != "README.md"]
    with tempfile.TemporaryDirectory() as where:
        clone = Path(where)
        subprocess.run(["git", "init", "-q", where], check=True)
        (clone / file.NAME).write_bytes(own.rendered(workspace))
        key.install(clone, own.key_of(workspace))
        whole = [shutil.copy(path, clone / f"whole-{path.name}") for path in sources]
        pasted = list(_pasted(sources, clone))
        release = shutil.copytree(_latest(workspace.releases), clone / "release")
        released = [path for path in release.rglob("*") if path.is_file()]
        wrong = _judged("sources, whole", whole, clone, is_blocked=True)
        wrong += _judged("sources, five turns", pasted, clone, is_blocked=True)
        wrong += _judged("release", released, clone, is_blocked=False)
    return int(wrong > 0)


def _latest(releases: Path) -> Path:
    return releases / (releases / "LATEST").read_text().strip()


def _pasted(sources: Iterable[Path], clone: Path) -> Iterable[Path]:
    """Write a manual with five turns of each source, at a place drawn by lot."""
    lot = random.Random(0)
    for path in sources:
        (draft,) = ingest.read_file(str(path), roles=Roles.default())
        first = lot.randrange(max(1, len(draft.turns) - _TURNS + 1))
        turns = (f"> {t.speaker}: {t.text}" for t in draft.turns[first : first + _TURNS])
        made = clone / f"pasted-{path.name}"
        made.write_text(_MANUAL.format("\n>\n".join(turns)), "utf-8")
        yield made


def _judged(name: str, files: list[Path], clone: Path, *, is_blocked: bool) -> int:
    began = time.perf_counter()
    checked = check.check([Path(path) for path in files], start=clone, depth="fast")
    seconds = time.perf_counter() - began
    rules = Counter(p.rule for f in checked.fates for p in f.places if p.label == "TRANSCRIPT")
    blocked = sum(any(p.level == "error" for p in fate.places) for fate in checked.fates)
    treated = Counter(fate.treatment for fate in checked.fates)
    print(f"{name}: {len(files)} files, {blocked} blocked, {dict(treated)}, {dict(rules)}", end="")
    print(f", {seconds:.1f} s")
    return abs(blocked - (len(files) if is_blocked else 0))


if __name__ == "__main__":
    sys.exit(main())
