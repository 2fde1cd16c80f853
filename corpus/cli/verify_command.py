"""corpus verify: is a release what it claims to be?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from corpus.cli import options, output
from corpus.errors import CorpusError, InputError, MachineError, ReleaseError

if TYPE_CHECKING:
    from corpus.leaks import Leak
    from corpus.release.manifest import Manifest
    from corpus.release.pins import Pin, Place
    from corpus.release.read import Release

    Sweep = Callable[[Release], Sequence[Leak]]

_FAILED, _MACHINE = 1, 3


@dataclass(slots=True, kw_only=True)
class _Verdict:
    """What came of looking at one release."""

    folder: Path
    manifest: Manifest | None = None
    problems: list[CorpusError] = field(default_factory=list)
    is_swept: bool = False

    @property
    def code(self) -> int:
        if any(isinstance(problem, MachineError) for problem in self.problems):
            return _MACHINE
        return _FAILED if self.problems else 0

    @property
    def name(self) -> str:
        if self.manifest is None:
            return str(self.folder)
        return f"{self.manifest['version']}@{self.manifest['digest']}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """What a workspace knows of its releases."""

    sweep: Sweep | None = None
    """Searches one for what it hides."""
    digests: Mapping[str, str | None] = field(default_factory=dict)
    """By version, as they were made."""


@click.command("verify")
@click.argument("release", required=False, metavar="[PATH|VERSION]")
@click.option("--all", "every", is_flag=True, help="All releases of the workspace, or in PATH.")
@click.option("--pin", help="What it must be, as a paper or a config names it: 1.0.0@sha256:…")
@click.option(
    "--rebuild",
    is_flag=True,
    help="Make it again from its workspace and name the files that differ; not if it was reissued.",
)
@options.workspace_folder
@options.as_json
def command(
    *,
    release: str | None,
    every: bool,
    pin: str | None,
    rebuild: bool,
    workspace: Path | None,
    as_json: bool,
) -> int:
    """Check every file, count and digest of a release; exit 1 if one is off.

    It is a folder, or a version of the workspace. Releases of a workspace are also searched for
    what the workspace hides. With --all each is looked at, whatever is wrong with the others.

    \b
    Example:
      corpus verify releases/1.0.0
      corpus verify 1.0.0 --pin 1.0.0@sha256:1f2e3d4c5b6a
      corpus verify --all
    """
    from corpus.release import pins
    from corpus.workspace import root_above

    root = workspace or root_above(Path.cwd())
    home = options.releases_of(workspace)
    folders = _folders(release, home, every=every)
    expected = _pin(pin, folders, every=every)
    if rebuild and not root:
        raise click.UsageError("--rebuild needs the workspace that made the release")
    own = [f for f in folders if root and f.resolve().parent == home.resolve()]
    with _kept(root if own else None) as kept:
        verdicts = [
            _verdict(
                pins.Place.of(folder, expected, (home,)),
                kept if folder in own else _Kept(),
                may_be_link=not every,
            )
            for folder in folders
        ]
    if rebuild and root:
        for verdict in verdicts:
            _rebuild(root, verdict)
    _report(verdicts, as_json=as_json)
    return max(verdict.code for verdict in verdicts)


def _folders(name: str | None, home: Path, *, every: bool) -> list[Path]:
    from corpus.release import targets

    if every:
        return targets.every(Path(name) if name else home)
    if name is None:
        raise click.UsageError("name a release by its folder or its version, or use --all")
    return [targets.one(name, home)]


def _pin(text: str | None, folders: Sequence[Path], *, every: bool) -> Pin | None:
    from corpus.release import pins

    if text is not None and every:
        raise click.UsageError("--pin names one release, not --all of them")
    return pins.find(folders[0], text).pin if text is not None else None


@contextmanager
def _kept(root: Path | None) -> Iterator[_Kept]:
    """Yield what a workspace knows, nothing where there is none."""
    if root is None:
        yield _Kept()
        return
    from corpus.layers import needs

    with needs("steward"):
        from corpus import workspace
        from corpus.pipeline.sweeping import sweeper
    with ExitStack() as stack:
        try:
            study = workspace.open_at(root)
            sweep = stack.enter_context(sweeper(study))
            digests = stack.enter_context(study.registry()).releases()
        except MachineError as error:  # files can be compared all the same, as on a read-only disk
            click.echo(f"not compared with what the workspace knows and hides: {error}", err=True)
            yield _Kept()
            return
        yield _Kept(sweep=sweep, digests=digests)


def _verdict(place: Place, kept: _Kept, *, may_be_link: bool) -> _Verdict:
    from corpus.release import pins
    from corpus.release.read import Release
    from corpus.release.verify import examine

    folder, pin = place.folder, place.pin
    verdict = _Verdict(folder=folder)
    if folder.is_symlink() and not may_be_link:
        problem, remedy = "it is a symbolic link, not a folder", "take it out of the folder"
        verdict.problems.append(ReleaseError(problem, path=folder, remedy=remedy))
        return verdict
    try:
        found = examine(folder)
        verdict.manifest = found.manifest
        verdict.problems += found.problems
        if found.manifest:
            pins.refuse_recalled(place, pin.digest if pin else "")
            pins.compare(place, found.manifest)
            pins.refuse_taken_back(place, found.manifest)
            verdict.problems += _foreign(folder, found.manifest, kept)
        if kept.sweep and found.manifest and not verdict.problems:
            release = Release(path=folder, manifest=found.manifest)
            verdict.problems += [_told(folder, leak) for leak in kept.sweep(release)]
            verdict.is_swept = True
    except (ReleaseError, MachineError) as error:
        verdict.problems.append(error)
    return verdict


def _foreign(folder: Path, manifest: Manifest, kept: _Kept) -> Iterator[ReleaseError]:
    """Yield that it is not what the workspace made, where that is known."""
    from corpus.release.manifest import differs
    from corpus.release.withdrawals import again, taken_back_from

    for version in dict.fromkeys((folder.name, manifest["version"])):
        digest = kept.digests.get(version)
        if digest and digest != manifest["digest"]:
            begun = taken_back_from(folder.parent).recalled.get(digest)
            if begun:
                problem = f"the {begun.why} that wrote {version} again did not come to its end"
                remedy = again(begun.why, begun.transcript_id)
                yield ReleaseError(problem, path=folder, remedy=remedy)
                continue
            problem = f"the workspace made another {version}"
            told = differs("digest", digest, manifest["digest"])
            remedy = "put the folder back as it was made"
            yield ReleaseError(f"{problem}: {told}", path=folder, remedy=remedy)


def _rebuild(root: Path, verdict: _Verdict) -> None:
    """Note what comes out otherwise where a sound release is made again."""
    from corpus import workspace
    from corpus.pipeline.rebuilding import rebuild
    from corpus.release.read import Release

    if verdict.problems or verdict.manifest is None:
        return
    release = Release(path=verdict.folder, manifest=verdict.manifest)
    try:
        for name in rebuild(workspace.open_at(root), release):
            remedy = "see with `corpus diff` and `corpus status` what has changed since"
            problem = "it comes out otherwise when the release is made again"
            path = verdict.folder / name
            verdict.problems.append(ReleaseError(problem, path=path, remedy=remedy))
    except (ReleaseError, MachineError) as error:
        verdict.problems.append(error)


def _told(folder: Path, leak: Leak) -> ReleaseError:
    return ReleaseError(
        f"it shows what the workspace hides as {leak.label}",
        path=folder / leak.file,
        place=leak.place,
        remedy="hide it and release anew, or keep it with `corpus findings import`",
    )


def _report(verdicts: Sequence[_Verdict], *, as_json: bool) -> None:
    def show() -> None:
        for verdict in verdicts:
            swept = ", shows nothing that the workspace hides" if verdict.is_swept else ""
            if not verdict.problems:
                click.echo(output.printable(f"verified {verdict.name}{swept}"))
            for problem in verdict.problems:
                click.echo(f"corpus: {output.printable(str(problem))}", err=True)
        if len(verdicts) > 1:
            good = sum(not verdict.problems for verdict in verdicts)
            click.echo(f"{good:,} of {len(verdicts):,} releases verified")

    releases = [_facts(verdict) for verdict in verdicts]
    verified = all(release["verified"] for release in releases)
    output.emit({"verified": verified, "releases": releases}, show, as_json=as_json)


def _facts(verdict: _Verdict) -> dict[str, Any]:
    manifest = verdict.manifest
    return {
        "path": str(verdict.folder),
        "version": manifest["version"] if manifest else None,
        "digest": manifest["digest"] if manifest else None,
        "verified": not verdict.problems,
        "swept": verdict.is_swept,
        "problems": [_problem(problem) for problem in verdict.problems],
    }


def _problem(error: CorpusError) -> dict[str, Any]:
    if not isinstance(error, InputError):
        return {"path": None, "place": "", "problem": str(error), "remedy": ""}
    path = str(error.path) if error.path else None
    return {"path": path, "place": error.place, "problem": error.problem, "remedy": error.remedy}
