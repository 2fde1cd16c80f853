"""Commands that make releases or write them again, and what must hold after a fault in one."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import corpus
from corpus.errors import ReleaseError
from tests.cli.test_canary import held
from tests.faults.bench import Bench, Fault
from tests.faults.study import CANARY, contents, misspoken, names

SLIPPED = "zqloomqz"
"""Slipped through, in the transcript that is withdrawn."""
SOURCES = {
    "work_0001": f"INT: Where from?\n\nP1: {SLIPPED} knows, or ada.brook@{CANARY}.com does.\n",
    "work_0002": f"INT: And where to?\n\nP2: All of it goes to tom.fell@{CANARY}.com at night.\n",
}
EARLIER = "0.9.0"
"""The release that none of the commands concerns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What is disturbed, and what it starts from."""

    args: tuple[str, ...]
    before: tuple[str, ...]
    """What was ingested and released before, one after the other."""
    canary: str = ""
    """What must be nowhere afterwards but in `keeps`."""
    keeps: tuple[str, ...] = ()
    finished: str = ""
    """What the next call says, with exit code 2, where there is nothing left to do."""


WITHDRAW = ("withdraw", "work_0001", "--reason", "by letter", "--yes")
RECALL = ("recall", "work_0001", "--text", SLIPPED, "--label", "employer", "--yes")
THREE = ("work_0002", EARLIER, "work_0001", "1.0.0", "1.0.1")
COMMANDS = {
    "first release": Command(
        args=("release", "1.0.0", "--workers", "1"), before=("work_0001", "work_0002")
    ),
    "second release": Command(
        args=("release", "1.0.0", "--workers", "1"), before=("work_0002", EARLIER, "work_0001")
    ),
    "withdraw": Command(
        args=WITHDRAW,
        before=THREE,
        canary=SLIPPED,
        finished="was withdrawn already",
    ),
    "withdraw the only one": Command(
        args=WITHDRAW,
        before=("work_0001", "1.0.0", "work_0002"),
        canary=SLIPPED,
        finished="was withdrawn already",
    ),
    "recall": Command(
        args=RECALL,
        before=THREE,
        canary=SLIPPED,
        keeps=("workspace.db",),
    ),
}


def make(bench: Bench, folder: Path, command: Command) -> Path:
    """Make the workspace that a command starts from: both texts, and the releases there are."""
    bench.ok(folder, "init", "study")
    study = folder / "study"
    settings = study / "corpus.toml"
    settings.write_text(settings.read_text().replace("model = true", "model = false"))
    for name in command.before:
        if name in SOURCES:
            source = folder / f"{name}.jsonl"
            source.write_text(json.dumps({"id": name, "text": SOURCES[name]}) + "\n")
            bench.ok(study, "ingest", source)
        else:
            bench.ok(study, "release", name, "--workers", "1")
    return study


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A command, the workspace that it starts from, and what it leaves undisturbed."""

    bench: Bench
    command: Command
    before: Path
    after: Path
    steps: tuple[str, ...]

    def disturbed(self, place: Path, fault: Fault, codes: set[int]) -> str:
        """Run with the fault, run again, and say what is wrong; empty where all is well."""
        study = Path(shutil.copytree(self.before, place))
        done = self.bench.run(study, *self.command.args, fault=fault)
        problem = misspoken(done, codes) or self.complaint(study)
        shutil.rmtree(place)
        return problem

    def complaint(self, study: Path) -> str:
        """Say what a disturbed command lost, or the next call does not mend."""
        return self.lost(study) or self._not_mended(study)

    def lost(self, study: Path) -> str:
        """Say what nothing may touch and is not as it was, or what loads though it must not."""
        for kept in (f"releases/{EARLIER}", "private/key"):
            if contents(study / kept) != contents(self.before / kept):
                return f"{kept} is not as it was"
        listed = self.bench.run(study, "list", "--json")
        if listed.code != 0 or "work_0002" not in listed.out:
            return f"the list: {listed.code} {listed.err}"
        with closing(sqlite3.connect(study / "private" / "workspace.db")) as connection:
            if connection.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                return "the database is damaged"
        return self._half_way(study)

    def _half_way(self, study: Path) -> str:
        """Say which release loads that is neither as it was nor as it will be.

        From the first sign of something taken back, those that were concerned no longer load.
        """
        begun = (study / "releases" / "withdrawals.json").exists()
        for folder in loading(study / "releases"):
            version = corpus.load(folder).version
            found = contents(folder)
            new = self.after / "releases" / version
            old = self.before / "releases" / version
            if new.is_dir() and found == contents(new):
                continue
            if begun or not old.is_dir() or found != contents(old):
                return f"{folder.name} loads"
        return ""

    def _not_mended(self, study: Path) -> str:
        args = self.command.args
        released = args[0] == "release" and (study / "releases" / args[1]).exists()
        # A release that is there cannot be made again; what comes after it may be left undone.
        again = self.bench.run(study, *(("release", "--bump") if released else args))
        is_done = again.code == 2 and self.command.finished and self.command.finished in again.err
        if again.code != 0 and not is_done:
            return f"the next run: {again.code} {again.err}"
        return self.unlike(study)

    def unlike(self, study: Path) -> str:
        """Say in what the workspace is unlike that which nothing disturbed."""
        if left := names(study) ^ names(self.after):
            return f"left behind or missing: {sorted(left)}"
        for folder in ("releases", "private"):
            mine, whole = contents(study / folder), contents(self.after / folder)
            for name, data in whole.items():
                if name != "workspace.db" and mine[name] != data:
                    return f"{folder}/{name} is another"
        for version in (study / "releases").glob("*.*.*"):
            corpus.load(version).verify()
        return self.shown(study)

    def shown(self, study: Path) -> str:
        """Say where the canary stands, in any byte of the workspace, though it must not."""
        canary = self.command.canary.encode()
        for path in study.rglob("*") if canary else ():
            if not path.is_file() or path.name in self.command.keeps:
                continue
            if any(canary in data.lower() for data in held(path)):
                return f"{path.name} shows what was taken out"
        return ""


def loading(releases: Path) -> list[Path]:
    """Return the folders that load, those with a temporary name too."""
    found = []
    for folder in releases.iterdir() if releases.is_dir() else ():
        try:
            corpus.load(folder)
        except ReleaseError:
            continue
        found.append(folder)
    return found


def subject(bench: Bench, folder: Path, name: str) -> Subject:
    """Make what a command starts from, and run it undisturbed."""
    command = COMMANDS[name]
    before = make(bench, folder, command)
    after = Path(shutil.copytree(before, folder / "after"))
    done = bench.run(after, *command.args)
    assert done.code == 0, done.err
    made = Subject(bench=bench, command=command, before=before, after=after, steps=done.steps)
    assert made.unlike(after) == ""
    return made
