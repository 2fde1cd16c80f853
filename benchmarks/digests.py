"""Does the same corpus come out, byte by byte, however it is made?

    python benchmarks/digests.py FOLDER [--pyarrow FOLDER_OF_ANOTHER_PYARROW]

Makes release 1.0.0 of all transcripts in the folder in several ways: workers, order of input, hash
seed, time zone, killed and resumed; and, where another pyarrow is named, with that. Prints a table
and exits with 1 where digests differ that must not.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

CLI = (sys.executable, "-m", "corpus.cli")
VERSION = "1.0.0"


@dataclass(frozen=True, kw_only=True)
class Way:
    """One way of making the release."""

    name: str
    workers: int
    seed: str
    zone: str
    shuffle: int | None = None
    kills: Sequence[float] = ()
    """Seconds after which each attempt is killed, before the one that may end."""
    path: str = field(default="")
    """What comes first on the module path."""

    @property
    def environment(self) -> dict[str, str]:
        """What the commands run under."""
        here = str(Path(__file__).parents[1])
        paths = os.pathsep.join(filter(None, (self.path, here)))
        changed = {"PYTHONHASHSEED": self.seed, "TZ": self.zone, "PYTHONPATH": paths}
        return os.environ | changed


WAYS = (
    Way(name="two workers", workers=2, seed="0", zone="UTC"),
    Way(name="one worker, shuffled", workers=1, seed="1", zone="Pacific/Auckland", shuffle=1),
    Way(
        name="killed and resumed",
        workers=2,
        seed="2",
        zone="America/St_Johns",
        shuffle=2,
        kills=(4, 25, 60, 61, 62),
    ),
)


def main() -> int:
    """Make all of them, and compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pyarrow", default="", help="folder of another pyarrow")
    options = parser.parse_args()
    sources = sorted(p for p in options.folder.iterdir() if p.name != "README.md")
    ways = list(WAYS)
    if options.pyarrow:
        ways.append(
            Way(name="another pyarrow", workers=2, seed="3", zone="UTC", path=options.pyarrow)
        )
    rows = []
    for way in ways:
        with tempfile.TemporaryDirectory() as where:
            rows.append(_row(way, sources, Path(where) / "study"))
        print(*rows[-1], sep=" | ", flush=True)
    logical = {row[-2] for row in rows}
    of_bytes = {row[-1] for row in rows if row[1] == rows[0][1]}
    return 0 if len(logical) == len(of_bytes) == 1 else 1


def _make(way: Way, sources: Sequence[Path], workspace: Path) -> None:
    _run(way, ["init", str(workspace)])
    order = list(sources)
    if way.shuffle is not None:
        random.Random(way.shuffle).shuffle(order)
    job = ["run", *map(str, order), "--release", VERSION, "--workspace", str(workspace)]
    job += ["--workers", str(way.workers)]
    for seconds in way.kills:
        killed = subprocess.Popen(
            [*CLI, *job],
            env=way.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            killed.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(killed.pid, signal.SIGKILL)
            killed.wait()
    if not (workspace / "releases" / VERSION / "manifest.json").exists():
        _run(way, job)


def _run(way: Way, arguments: Sequence[str]) -> None:
    subprocess.run([*CLI, *arguments], env=way.environment, check=True, stdout=subprocess.DEVNULL)


def _row(way: Way, sources: Sequence[Path], workspace: Path) -> tuple[str, ...]:
    began = time.monotonic()
    _make(way, sources, workspace)
    seconds = f"{time.monotonic() - began:.0f} s"
    manifest = json.loads((workspace / "releases" / VERSION / "manifest.json").read_bytes())
    writer = f"{manifest['writer']['library']} {manifest['writer']['library_version']}"
    killed = str(len(way.kills))
    told = (way.name, writer, str(way.workers), way.seed, way.zone, killed, seconds)
    return (*told, manifest["logical_digest"][:23], manifest["digest"][:23])


if __name__ == "__main__":
    sys.exit(main())
