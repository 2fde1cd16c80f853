"""corpus verify: is a release what it claims to be?"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from corpus.cli import options, output
from corpus.errors import CorpusError, InputError, MachineError, ReleaseError

if TYPE_CHECKING:
    from corpus.leaks import Leak
    from corpus.release.manifest import Manifest
    from corpus.release.read import Release

    Sweep = Callable[[Release], Sequence[Leak]]

_PIN = re.compile(r"(?P<version>[0-9][0-9A-Za-z.-]*)@(?P<digest>sha256:[0-9a-f]{12,64})")
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


@click.command("verify")
@click.argument("release", required=False, metavar="[PATH|VERSION]")
@click.option("--all", "every", is_flag=True, help="All releases of the workspace, or in PATH.")
@click.option("--pin", help="What it must be, as a paper or a config names it: 1.0.0@sha256:…")
@options.workspace_folder
@options.as_json
def command(
    *, release: str | None, every: bool, pin: str | None, workspace: Path | None, as_json: bool
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
    from corpus.workspace import RELEASES, root_above

    root = workspace or root_above(Path.cwd())
    home = root / RELEASES if root else None
    expected = _pin(pin, every=every)
    folders = _folders(release, home, every=every)
    own = [f for f in folders if home and f.resolve().parent == home.resolve()]
    with _sweeper(root if own else None) as sweep:
        verdicts = [
            _verdict(folder, expected, sweep if folder in own else None, may_be_link=not every)
            for folder in folders
        ]
    _report(verdicts, as_json=as_json)
    return max(verdict.code for verdict in verdicts)


def _pin(text: str | None, *, every: bool) -> re.Match[str] | None:
    if text is None:
        return None
    match = _PIN.fullmatch(text)
    if match is None:
        raise click.UsageError("--pin takes 1.0.0@sha256:… with 12 or more digits of the digest")
    if every:
        raise click.UsageError("--pin names one release, not --all of them")
    return match


def _folders(name: str | None, home: Path | None, *, every: bool) -> list[Path]:
    from corpus.release import targets

    if every and (name or home):
        return targets.every(Path(name) if name else home or Path())
    if name is None:
        raise click.UsageError("name a release by its folder, or, in a workspace, its version")
    return [targets.one(name, home)]


@contextmanager
def _sweeper(root: Path | None) -> Iterator[Sweep | None]:
    if root is None:
        yield None
        return
    from corpus.layers import needs

    with needs("steward"):
        from corpus import workspace
        from corpus.pipeline.sweeping import sweeper
    with sweeper(workspace.open_at(root)) as sweep:
        yield sweep


def _verdict(
    folder: Path, pin: re.Match[str] | None, sweep: Sweep | None, *, may_be_link: bool
) -> _Verdict:
    from corpus.release.read import Release
    from corpus.release.verify import examine

    verdict = _Verdict(folder=folder)
    if folder.is_symlink() and not may_be_link:
        problem, remedy = "it is a symbolic link, not a folder", "take it out of the folder"
        verdict.problems.append(ReleaseError(problem, path=folder, remedy=remedy))
        return verdict
    try:
        found = examine(folder)
        verdict.manifest = found.manifest
        verdict.problems += found.problems
        if pin and found.manifest:
            verdict.problems += _unlike(pin, folder, found.manifest)
        if sweep and found.manifest and not verdict.problems:
            release = Release(path=folder, manifest=found.manifest)
            verdict.problems += [_told(folder, leak) for leak in sweep(release)]
            verdict.is_swept = True
    except MachineError as error:
        verdict.problems.append(error)
    return verdict


def _unlike(pin: re.Match[str], folder: Path, manifest: Manifest) -> Iterator[ReleaseError]:
    from corpus.release.manifest import differs

    remedy = "this is not the release that was pinned: get that one, or change the pin"
    if manifest["version"] != pin["version"]:
        problem = differs("version", pin["version"], manifest["version"])
        yield ReleaseError(problem, path=folder, remedy=remedy)
    if not manifest["digest"].startswith(pin["digest"]):
        problem = differs("digest", pin["digest"], manifest["digest"])
        yield ReleaseError(problem, path=folder, remedy=remedy)


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
