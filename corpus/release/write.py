"""Redacted transcripts in, an immutable release folder out: the whole of it, or nothing."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from corpus import semver
from corpus.errors import MachineError, ReleaseError
from corpus.model import Redacted, Withheld
from corpus.release import (
    changes,
    claims,
    dates,
    folder,
    parquet,
    rows,
    sound,
    step,
    views,
    wording,
)
from corpus.release import manifest as manifests
from corpus.release.claims import About
from corpus.release.diff import Unwritten, diff
from corpus.release.document import File
from corpus.release.manifest import Manifest
from corpus.release.read import Release, load
from corpus.release.schema import TABLES
from corpus.release.sums import SUMS, described, sums
from corpus.release.verify import note


def write(
    root: Path,
    version: str,
    *,
    redacted: Iterable[Redacted],
    withheld: Sequence[Withheld],
    about: About,
    parent: Release | None = None,
    date: dt.date | None = None,
    check_step: bool = True,
    inspect: Callable[[Release], None] = lambda _: None,
) -> Path:
    """Write a release and return its folder, `root/version`.

    It is built beside its place, synced, read back and verified; the rename that
    puts it in its place is the commit.

    Args:
        root: the folder of all releases; made if it is missing.
        version: a semantic version that is not there yet.
        redacted: the transcripts, in any order.
        withheld: the transcripts left out; counted by reason, never named.
        about: what else the manifest and the dataset card say.
        parent: the release before; None for a first one.
        date: of the release; else that of SOURCE_DATE_EPOCH, else none.
        check_step: hold the version to what changes; not where it is made only to be compared.
        inspect: looks at the release before it gets its place, and raises to stop it.

    Raises:
        ReleaseError: the version cannot be had, or is too small a step from the parent's, or a
            transcript cannot be released.
        MachineError: the disk is full or cannot be written; nothing is left behind.
    """
    target = place(root, version)
    day = dates.stated(date)
    transcripts = sorted(redacted, key=lambda t: t.transcript_id)
    _check(transcripts, withheld)
    contents = claims.contents(transcripts)
    if parent and check_step:
        settled = settled_before(root, parent.manifest)
        change = step.between(settled, contents, access=about.access, bared=about.bared)
        step.check(version, parent.manifest, settled, change)
    with folder.staged(target) as build:
        manifest = claims.build(
            version,
            about,
            contents,
            withheld,
            parent=parent.manifest if parent else None,
            files=_put(build, _tables(version, transcripts, about.name)),
            writer=parquet.profile(),
            date=day.isoformat() if day else None,
        )
        _finish(build, Unwritten(manifest=manifest, transcripts=transcripts), parent)
        inspect(Release(path=build, manifest=manifest))
    return target


def reissue(
    release: Release, change: Callable[[Redacted], Redacted | None], parent: Release | None
) -> Manifest:
    """Write a release again with something taken out, in its own place; return the manifest.

    The old folder is gone afterwards. Killed on the way, `folder.recover` brings it back.

    Args:
        release: as it stands; its files were verified.
        change: what becomes of each transcript; None takes it out, but not all of them.
        parent: its parent as that is now; None where it has none, or it is not there.

    Raises:
        MachineError: the disk is full or cannot be written; the old release stands.
    """
    old = release.manifest
    transcripts = [changed for t in release if (changed := change(t)) is not None]
    gone = sorted(old["transcripts"].keys() - {t.transcript_id for t in transcripts})
    with folder.swapped(release.path) as build:
        files = _put(build, _tables(old["version"], transcripts, old["name"]))
        manifest = claims.reissued(
            old,
            claims.contents(transcripts),
            gone,
            parent=parent.manifest if parent else None,
            files=files,
            writer=parquet.profile(),
        )
        _finish(build, Unwritten(manifest=manifest, transcripts=transcripts), parent)
    return manifest


def _finish(build: Path, release: Unwritten, parent: Release | None) -> None:
    """Write what tells of the tables, the manifest last, and read all of it back."""
    manifest = release.manifest
    told = views.of(manifest, parent.manifest if parent else None)
    page = (changes.NAME, _changes(release, parent).encode())
    manifest["files"] |= _put(build, [*told, page])
    manifest["digest"] = manifests.digest_of(manifest)
    rendered = manifests.render(manifest)
    folder.put(build / SUMS, sums(manifest["files"], rendered))
    folder.put(build / manifests.NAME, rendered)
    _read_back(build)


def settled_before(root: Path, parent: Manifest) -> Manifest:
    """Return the manifest of the last release, the parent or before, that is no pre-release.

    Where there is none, or one on the way is gone, that of the parent.

    Raises:
        ReleaseError: a manifest on the way is damaged.
        MachineError: one cannot be read.
    """
    found, passed = parent, {parent["version"]}
    while semver.parse(found["version"]).pre:
        before = found["parent"]
        if before is None or before["version"] in passed:
            return parent
        passed.add(before["version"])
        folder_ = root / before["version"]
        if not os.path.lexists(folder_ / manifests.NAME):
            return parent
        found = manifests.read(folder_)
    return found


def place(root: Path, version: str) -> Path:
    """Return the folder that the version will have.

    Raises:
        ReleaseError: it is no semantic version, or it exists already.
    """
    semver.parse(version)
    target = root / version
    if os.path.lexists(target):
        remedy = "a release never changes: choose a higher version"
        raise ReleaseError("this version exists already", path=target, remedy=remedy)
    return target


def _changes(release: Unwritten, parent: Release | None) -> str:
    """Return what differs from the parent; of one that is not there any more, what can be said."""
    reissued = wording.reissued(release.manifest)
    if parent:
        return changes.render(diff(parent, release), reissued=reissued)
    before = release.manifest["parent"]
    version = release.manifest["version"]
    return changes.alone(version, before["version"] if before else None, reissued=reissued)


def _tables(
    version: str, transcripts: Sequence[Redacted], corpus: str
) -> Iterator[tuple[str, bytes]]:
    for name, table in TABLES.items():
        parts = parquet.parts(table, rows.of(name, transcripts), note(corpus, version, table))
        for number, part in enumerate(parts):
            yield f"data/{name}/part-{number:05d}.parquet", part


def _put(build: Path, files: Iterable[tuple[str, bytes]]) -> dict[str, File]:
    """Write the files, one in memory at a time, and return what the manifest says of each."""
    listed = {}
    for name, data in files:
        folder.put(build / name, data)
        listed[name] = described(data)
    return listed


def _read_back(build: Path) -> None:
    try:
        load(build).verify()
    except ReleaseError as error:
        raise MachineError(f"what the disk gave back is not what was written: {error}") from error


def _check(transcripts: Sequence[Redacted], withheld: Sequence[Withheld]) -> None:
    if not transcripts:
        remedy = "see with `corpus status` what was ingested and what was withheld"
        raise ReleaseError("there is no transcript to release", remedy=remedy)
    names = sorted([t.transcript_id for t in transcripts] + [w.transcript_id for w in withheld])
    for one, other in pairwise(names):
        if one == other:
            raise ReleaseError("it is there twice", place=one, remedy="release or withhold it once")
    for left_out in withheld:
        if left_out.reason not in wording.REASONS:
            raise ReleaseError(
                "it is withheld for no reason that there is", place=left_out.transcript_id
            )
    for transcript in transcripts:
        for where, problem in sound.problems(transcript):
            place_ = ", ".join(filter(None, (transcript.transcript_id, where)))
            remedy = "mend it in the source and ingest that again"
            raise ReleaseError(problem, place=place_, remedy=remedy)
        _check_letters(transcript)


def _check_letters(transcript: Redacted) -> None:
    for number, turn in enumerate(transcript.turns):
        try:
            (turn.speaker + turn.text).encode()
        except UnicodeEncodeError:
            where = f"{transcript.transcript_id}, turn {number}"
            remedy = "mend the source's encoding and ingest it again"
            problem = "it holds half a character (a lone surrogate)"
            raise ReleaseError(problem, place=where, remedy=remedy) from None
