"""Times the commands people wait for, as whole processes; prints medians of five runs."""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from corpus import rules
from corpus.detect import Detector, detect
from corpus.ingest import Roles, expand, read_file
from corpus.model import Transcript

ROOT = Path(__file__).resolve().parents[1]
RUNS = 5
_SEARCHED = 200
"""Files that detection is timed on."""
CLI = [sys.executable, "-m", "corpus.cli"]


def seconds(command: list[str], *, ok: tuple[int, ...] = (0,)) -> float:
    """Return how long the command takes."""
    began = time.perf_counter()
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode not in ok:
        sys.exit(f"{command} ended with {done.returncode}: {done.stderr.decode()}")
    return time.perf_counter() - began


def median(command: list[str], *, ok: tuple[int, ...] = (0,)) -> float:
    """Return the median of several runs after one that does not count."""
    seconds(command, ok=ok)
    return statistics.median(seconds(command, ok=ok) for _ in range(RUNS))


def start_up(folder: Path) -> None:
    """Print start-up times over bare Python."""
    clean = folder / "clean.txt"
    clean.write_text("The weather was fine and the model gave a good answer.\n" * 190)
    bare = median([sys.executable, "-c", "pass"])
    rows = {
        "import corpus": [sys.executable, "-c", "import corpus"],
        "corpus --help": [*CLI, "--help"],
        "corpus check, clean 10 kB": [*CLI, "check", str(clean)],
    }
    print(f"{'python -c pass':32} {bare:6.3f} s")
    for name, command in rows.items():
        print(f"{name:32} {median(command) - bare:6.3f} s over bare Python")


def detection(transcripts: Path) -> None:
    """Print how much text one core searches in a second, without and with the model."""
    talks = [
        Transcript(transcript_id=f"t_{number}", cohort="t", source="", turns=draft.turns)
        for path in expand([str(transcripts)])[:_SEARCHED]
        for number, draft in enumerate(read_file(path, roles=Roles.default()))
    ]
    length = sum(len(turn.text) for talk in talks for turn in talk.turns)
    for name, use_model in (("rules and repeats", False), ("with the model", True)):
        detector = Detector.load([rules.builtin_folder()], use_model=use_model)
        detect(talks[0], detector)
        began = time.process_time()
        for talk in talks:
            detect(talk, detector)
        speed = length / (time.process_time() - began)
        print(f"{f'detect, {name}':32} {speed:6.0f} characters/s on one core")


def main_job(folder: Path, transcripts: Path) -> None:
    """Print how long the main job takes, first and again."""
    study = folder / "study"
    seconds([*CLI, "init", str(study)])
    job = [*CLI, "run", str(transcripts), "--workspace", str(study), "--release"]
    print(f"{'corpus run, first':32} {seconds([*job, '1.0.0']):6.1f} s")
    print(f"{'corpus run, again':32} {seconds([*job, '1.1.0']):6.1f} s")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"{'largest process':32} {peak:6.0f} MB")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    fixtures = ROOT / "fixtures" / "interviews"
    parser.add_argument(
        "transcripts", type=Path, nargs="?", default=fixtures, help="a folder of them; the fixtures"
    )
    chosen = parser.parse_args().transcripts
    with tempfile.TemporaryDirectory() as made:
        start_up(Path(made))
        detection(chosen)
        main_job(Path(made), chosen)
