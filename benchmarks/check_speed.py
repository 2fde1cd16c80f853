"""Times `corpus check` as whole processes, over bare Python: medians of five runs.

python benchmarks/check_speed.py [FOLDER_OF_PROSE]

Beside it stands `detect-secrets-hook`, where it is found on PATH or named by DETECT_SECRETS.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FIXTURES = ROOT / "fixtures" / "interviews"
RUNS = 5
SMALL = 10_000
LARGE = 1_000_000
TIMES = 8
COMMITTED = 500
TABLE = 20_000_000
WORDS = 60
ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT), "GIT_CONFIG_GLOBAL": os.devnull}
ENVIRONMENT.pop("PYTHONDONTWRITEBYTECODE", None)  # what is installed is compiled
CLI = [sys.executable, "-m", "corpus.cli"]
CHECK = [*CLI, "check"]


def run(command: list[str], folder: Path, *, ok: tuple[int, ...] = (0, 1)) -> float:
    """Return how many seconds a command takes."""
    began = time.perf_counter()
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False, env=ENVIRONMENT)
    if done.returncode not in ok:
        sys.exit(f"{command} ended with {done.returncode}: {done.stderr.decode()}")
    return time.perf_counter() - began


def median(command: list[str], folder: Path) -> float:
    """Return the median of several runs after one that does not count."""
    run(command, folder)
    return statistics.median(run(command, folder) for _ in range(RUNS))


def row(name: str, ours: list[str], theirs: list[str], folder: Path, bare: float) -> None:
    """Print what a command takes over bare Python, and the other hook for the same."""
    said = f"{name:36} {median(ours, folder) - bare:7.3f} s"
    hook = os.environ.get("DETECT_SECRETS") or shutil.which("detect-secrets-hook")
    if hook and theirs:
        said += f"   detect-secrets-hook {median([hook, *theirs], folder) - bare:7.3f} s"
    print(said, flush=True)


def prose(folder: Path) -> str:
    """Return what is said in a folder of texts, as often as it takes for a large one."""
    texts = [path.read_text("utf-8", "replace") for path in sorted(folder.rglob("*.md"))]
    whole = "\n".join(texts) or "The weather was fine and the loom ran well.\n"
    return (whole * (LARGE // len(whole) + 1))[:LARGE]


def code() -> str:
    """Return sources of the standard library."""
    paths = sorted(Path(sysconfig.get_path("stdlib")).glob("*.py"))
    return "\n".join(path.read_text("utf-8", "replace") for path in paths)[:LARGE]


def csv(size: int = LARGE) -> str:
    """Return a table of numbers."""
    chosen = random.Random(1)
    lines = (
        ",".join([str(number), *(f"{chosen.gauss(0, 100):.2f}" for _ in range(7))])
        for number in range(size // 40)
    )
    return "\n".join(lines)[:size]


def records() -> str:
    """Return JSON, a record a line."""
    chosen = random.Random(2)
    made = (
        {"id": i, "share": round(chosen.random(), 6), "tags": ["warp", "weft"], "is_old": True}
        for i in range(LARGE // 70)
    )
    return "\n".join(map(json.dumps, made))[:LARGE]


def logs() -> str:
    """Return what a service writes down."""
    chosen = random.Random(4)
    lines = (
        f"2026-11-02 12:{i // 60 % 60:02}:{i % 60:02} INFO worker-{i % 8} handled "
        f"{chosen.getrandbits(64):x} in {chosen.randint(1, 900)} ms, status 200"
        for i in range(LARGE // 80)
    )
    return "\n".join(lines)


def throughput(folder: Path, texts: dict[str, str]) -> None:
    """Print how much text a check looks through in a second, its start left out."""
    for name, text in texts.items():
        large, small = folder / f"large-{name}", folder / f"small-{name}"
        large.write_text(text * TIMES, "utf-8")
        small.write_text(text[:SMALL], "utf-8")
        spans = [median([*CHECK, "--fast", str(path)], folder) for path in (large, small)]
        speed = len(text) * TIMES / (spans[0] - spans[1]) / 1e6
        print(f"{f'{TIMES * LARGE // 1_000_000} MB, {name}':36} {speed:7.2f} MB/s", flush=True)


def depths() -> Iterator[str]:
    """Yield the options that say how far to look, as far as there are any."""
    told = subprocess.run([*CHECK, "--help"], capture_output=True, text=True, check=True)
    yield ""
    yield from (option for option in ("--fast", "--deep") if option in told.stdout)


def single_files(folder: Path, texts: dict[str, str], bare: float) -> None:
    """Print what one file takes that no release knows."""
    for name, text in texts.items():
        path = folder / name
        path.write_text(text[:SMALL], "utf-8")
        for option in depths():
            label = f"unknown {name}, 10 kB {option}".rstrip()
            theirs = [] if option else [str(path)]
            row(label, [*CHECK, *option.split(), str(path)], theirs, folder, bare)


def known_file(folder: Path, bare: float) -> None:
    """Print what a file of a pinned release takes."""
    study = folder / "study"
    run([*CLI, "init", str(study)], folder, ok=(0,))
    job = [*CLI, "run", str(FIXTURES), "--workspace", str(study), "--release", "1.0.0"]
    run(job, folder)
    release = study / "releases" / "1.0.0"
    pinned = subprocess.run(
        [*CLI, "pin", "--json", str(release)], capture_output=True, check=True, env=ENVIRONMENT
    )
    settings = study / "corpus.toml"
    pins = json.dumps([json.loads(pinned.stdout)["pin"]])
    settings.write_text(settings.read_text().replace("[check]", f"[check]\nreleases = {pins}"))
    files = [path for path in release.rglob("*") if path.is_file()]
    path = min(files, key=lambda found: abs(found.stat().st_size - SMALL))
    label = f"known, {path.stat().st_size // 1000} kB"
    row(label, [*CHECK, str(path)], [str(path)], study, bare)


def parquet(folder: Path, bare: float) -> None:
    """Print what a large Parquet file of prose takes."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    chosen = random.Random(3)
    words = sorted(set(prose(FIXTURES).split()))
    texts: list[str] = []
    length = 0
    while length < TABLE:
        texts.append(" ".join(chosen.choices(words, k=WORDS)))
        length += len(texts[-1])
    path = folder / "turns.parquet"
    pq.write_table(pa.table({"text": texts}), path, compression="none")
    label = f"Parquet, {path.stat().st_size / 1e6:.0f} MB"
    row(label, [*CHECK, str(path)], [str(path)], folder, bare)


def commits(folder: Path, bare: float) -> None:
    """Print what a commit of many files takes, and one of none."""
    repository = folder / "repository"
    repository.mkdir()
    git = ["git", "-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    run([*git, "init", "-q"], repository)
    row("--staged, nothing staged", [*CHECK, "--staged"], [], repository, bare)
    text = code()
    names = [f"part_{number:03}.py" for number in range(COMMITTED)]
    for number, name in enumerate(names):
        start = number * LARGE // COMMITTED
        (repository / name).write_text(text[start : start + SMALL], "utf-8")
    run([*git, "add", "."], repository)
    row(f"--staged, {COMMITTED} files", [*CHECK, "--staged"], names, repository, bare)


def main() -> None:
    """Print all of it."""
    chosen = Path(sys.argv[1]) if len(sys.argv) > 1 else FIXTURES
    texts = {"prose.md": prose(chosen), "code.py": code()}
    data = {"table.csv": csv(), "records.jsonl": records(), "service.log": logs()}
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        bare = median([sys.executable, "-c", "pass"], folder)
        print(f"{'python -c pass':36} {bare:7.3f} s; what follows is over it")
        known_file(folder, bare)
        single_files(folder, texts, bare)
        commits(folder, bare)
        parquet(folder, bare)
        throughput(folder, texts | data)


if __name__ == "__main__":
    main()
