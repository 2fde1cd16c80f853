"""A small workspace, what an undisturbed run makes of it, and what must hold after any other."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from corpus.release.read import load
from tests.faults.bench import Bench, Done, Fault

CANARY = "kestrel"
"""Stands in every transcript, and must stand in no message."""
SOURCES = {
    "ada.txt": "Interviewer: How can I reach you?\n\n"
    "P1: Write to ada.brook@kestrel-loom.com, or ask for Ada Brook.\n",
    "tom.txt": "Interviewer: And where do you keep your notes?\n\n"
    "P2: All of it goes to tom.fell@kestrel-loom.com at night.\n",
    "ivy.txt": "Interviewer: Who reads them?\n\n"
    "P3: Ada Brook does, and whoever calls 020 7946 0018 from kestrel.\n",
}
RUN = ("run", "../sources", "--release", "1.0.0", "--workers", "1")


def make_before(bench: Bench, folder: Path) -> Path:
    """Make sources and a workspace that has released the first of them."""
    study, sources = folder / "study", folder / "sources"
    sources.mkdir()
    for name, text in SOURCES.items():
        (sources / name).write_text(text)
    bench.ok(folder, "init", "study")
    settings = study / "corpus.toml"
    settings.write_text(settings.read_text().replace("model = true", "model = false"))
    bench.ok(study, "run", "../sources/ada.txt", "--release", "0.9.0", "--workers", "1")
    return folder


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """What an undisturbed run leaves, and how any other compares with it."""

    bench: Bench
    before: Path
    """The folder that every run starts with a copy of."""
    release: dict[str, bytes]
    files: frozenset[str]
    steps: tuple[str, ...]

    def disturbed(self, place: Path, fault: Fault, codes: set[int]) -> str:
        """Run with the fault, run again, and say what is wrong; empty where all is well."""
        study = Path(shutil.copytree(self.before, place)) / "study"
        done = self.bench.run(study, *RUN, fault=fault)
        problem = misspoken(done, codes) or self.complaint(study)
        shutil.rmtree(place)
        return problem

    def complaint(self, study: Path) -> str:
        """Say what a disturbed run lost, or the next one does not mend; empty where all is well."""
        return self._lost(study) or self._not_mended(study)

    def _lost(self, study: Path) -> str:
        former = self.before / "study"
        if contents(study / "releases" / "0.9.0") != contents(former / "releases" / "0.9.0"):
            return "the earlier release changed"
        if (study / "private" / "key").read_bytes() != (former / "private" / "key").read_bytes():
            return "the key changed"
        listed = self.bench.run(study, "list", "--json")
        if listed.code != 0 or "work_0001" not in listed.out:
            return f"the list: {listed.code} {listed.err}"
        with closing(sqlite3.connect(study / "private" / "workspace.db")) as connection:
            checked = connection.execute("PRAGMA integrity_check").fetchone()
        return "" if checked == ("ok",) else "the database is damaged"

    def _not_mended(self, study: Path) -> str:
        released = study / "releases" / "1.0.0"
        # A release that is there cannot be made again; what comes after it may be left undone.
        command = ("release", "--bump") if released.exists() else RUN
        again = self.bench.run(study, *command)
        if again.code != 0:
            return f"the next run: {again.code} {again.err}"
        load(released).verify()
        if contents(released) != self.release:
            return "another release"
        left = names(study) ^ self.files
        return f"left behind or missing: {sorted(left)}" if left else ""


def make_reference(bench: Bench, before: Path, folder: Path) -> Reference:
    """Run undisturbed."""
    study = Path(shutil.copytree(before, folder / "at")) / "study"
    done = bench.run(study, *RUN)
    assert done.code == 0, done.err
    return Reference(
        bench=bench,
        before=before,
        release=contents(study / "releases" / "1.0.0"),
        files=names(study),
        steps=done.steps,
    )


def contents(folder: Path) -> dict[str, bytes]:
    """Return the files below the folder, or the one that it is."""
    found = [folder, *folder.rglob("*")]
    return {str(p.relative_to(folder)): p.read_bytes() for p in found if p.is_file()}


def names(folder: Path) -> frozenset[str]:
    """Return the names of all that lies below the folder."""
    return frozenset(str(p.relative_to(folder)) for p in folder.rglob("*"))


def misspoken(done: Done, codes: set[int]) -> str:
    """Say what is wrong with how a command ended; empty where all is well."""
    said = done.err.strip().splitlines()  # click ends the line that Ctrl-C was typed in
    if done.code not in codes:
        return f"exit {done.code}: {done.err}"
    if CANARY in done.err or "Traceback" in done.err or "unexpected" in done.err:
        return done.err
    if done.code > 0 and not (len(said) == 1 and said[0].startswith("corpus: ")):
        return f"no message of one line: {done.err!r}"
    return ""
