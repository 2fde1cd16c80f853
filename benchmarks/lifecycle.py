"""What a release goes through in its life, timed on a folder of transcripts.

python benchmarks/lifecycle.py FOLDER [WORKSPACE]

Releases all of it, edits one rule, releases again, compares, withdraws a transcript, recalls a
mention and verifies. Where a workspace is named, that is used and kept; it must not hold a release.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import corpus

CLI = (sys.executable, "-m", "corpus.cli")
RULE = """\
- id: own-weekday
  label: DATE
  mask: direct
  pattern: '\\b(?i:mon|tues|wednes|thurs|fri)day\\b'
  score: 1.0
  why: in this study the day tells who was there
  match: ['it was a Monday']
  miss: ['it was noon']
"""
_SHOWN = 8


def timed(folder: Path, *arguments: str, ok: tuple[int, ...] = (0,)) -> str:
    """Run a command, print how long it took and how it began to answer; return all it said."""
    began = time.perf_counter()
    done = subprocess.run(
        [*CLI, *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    seconds = time.perf_counter() - began
    print(f"{seconds:7.1f} s  corpus {' '.join(arguments)}  (exit {done.returncode})", flush=True)
    if done.returncode not in ok:
        sys.exit(done.stderr)
    return done.stdout


def shown(text: str) -> None:
    """Print the first lines of an answer."""
    print(*(f"           {line}" for line in text.splitlines()[:_SHOWN]), sep="\n", flush=True)


def word_of(folder: Path, version: str) -> tuple[str, str]:
    """Return a transcript and a longer word that stands in it, to be taken for a slip."""
    release = corpus.load(folder / "releases", version=version)
    transcript = next(iter(release))
    words = " ".join(turn.text for turn in transcript.turns).split()
    return transcript.transcript_id, max((w for w in words if w.isalpha()), key=len)


def main(sources: Path, folder: Path) -> None:
    """Print the times."""
    if not (folder / "corpus.toml").exists():
        timed(folder.parent, "init", str(folder))
    timed(folder, "run", str(sources), "--release", "1.0.0")
    rules = folder / "rules"
    rules.mkdir(exist_ok=True)
    (rules / "own.yaml").write_text(RULE, "utf-8")
    proposed = json.loads(timed(folder, "release", "--bump", "--json"))
    version = proposed["version"]
    timed(folder, "release", version)
    shown(timed(folder, "diff", "1.0.0", version))
    timed(folder, "verify", version, "--rebuild")
    transcript, word = word_of(folder, version)
    gone = max(corpus.load(folder / "releases", version=version).manifest["transcripts"])
    shown(timed(folder, "withdraw", gone, "--reason", "asked for it", "--dry-run"))
    timed(folder, "withdraw", gone, "--reason", "asked for it", "--yes")
    recalled = ("recall", transcript, "--text", word, "--label", "organization", "--yes")
    shown(timed(folder, *recalled))
    shown(timed(folder, "verify", "--all", ok=(0, 1)))
    shown(timed(folder, "status"))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        named = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(made) / "study"  # noqa: PLR2004
        main(Path(sys.argv[1]), named.absolute())
