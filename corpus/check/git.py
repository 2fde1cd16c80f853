"""Where a repository lies, found without starting git; and how git is asked for the rest.

Nothing of the repository is run, neither hooks nor filters, nothing is fetched, no index is
refreshed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.errors import MachineError

if TYPE_CHECKING:
    from subprocess import CompletedProcess

COMMAND = ("git", "-c", "core.fsmonitor=false")
_QUIET = {
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_ALLOW_PROTOCOL": "none",  # versions that do not know the line above
    "LC_ALL": "C",
}
_PLACES = ("GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR")
_POINTER = 4096
"""What a `.git` file or a `commondir` holds is one path."""
_TOLD = 200
_NOT_INSTALLED = (
    "git is not installed, or not on the PATH - install it, or name the files to be checked"
)


def root(start: Path) -> Path | None:
    """Return the top of the working tree that a folder lies in; None where there is none.

    As for git, GIT_WORK_TREE goes before all; where GIT_DIR alone is given, as in the hooks of
    a linked working tree, the folder is the top unless its own `.git` knows better.
    """
    if tree := os.environ.get("GIT_WORK_TREE"):
        return Path(tree).resolve()
    found = _found(start)
    given = os.environ.get("GIT_DIR")
    if given and (found is None or found[1].resolve() != Path(given).resolve()):
        return None if _is_bare(start) else start.resolve()
    return found[0] if found else None


def common_dir(start: Path) -> Path | None:
    """Return the git directory that all working trees of a repository share, if there is one."""
    if common := os.environ.get("GIT_COMMON_DIR"):
        return Path(common).resolve()
    if given := os.environ.get("GIT_DIR"):
        directory = Path(given)
    elif found := _found(start):
        directory = found[1]
    else:
        return None
    shared = _one_path(directory / "commondir")
    return (directory / shared if shared else directory).resolve()


def ask(top: Path, *arguments: str) -> CompletedProcess[bytes]:
    """Run git at the top of a working tree and return what came of it.

    Raises:
        MachineError: git cannot be started.
    """
    import subprocess

    try:
        return subprocess.run(  # noqa: S603 - the arguments are ours
            [*COMMAND, *arguments],
            cwd=top,
            env=environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
    except OSError as error:
        raise unstartable(error) from None


def run(top: Path, *arguments: str) -> bytes:
    """Run git at the top of a working tree and return what it printed.

    Raises:
        MachineError: git cannot be started, or failed.
    """
    done = ask(top, *arguments)
    if done.returncode:
        raise _failure(top, done.stderr.decode("utf-8", "replace"))
    return done.stdout


def environment() -> dict[str, str]:
    """Return the environment that git is to run in, from whichever folder."""
    variables = {k: v for k, v in os.environ.items() if not k.startswith("GIT_TRACE")}
    variables |= {k: str(Path(variables[k]).absolute()) for k in _PLACES if variables.get(k)}
    return variables | _QUIET


def unstartable(error: OSError) -> MachineError:
    """Return what to say where git does not start."""
    if isinstance(error, FileNotFoundError):
        return MachineError(_NOT_INSTALLED)
    return MachineError(f"git cannot be started: {error.strerror}")


def _failure(top: Path, said: str) -> MachineError:
    """Word a failure of git's, whose first line names files and settings but never quotes any."""
    if "dubious ownership" in said:
        return MachineError(
            f"git does not read {top}, which belongs to another user"
            " - git config --global --add safe.directory FOLDER, if you trust what lies there"
        )
    first = next(iter(said.splitlines()), "no reason given")
    return MachineError(f"git failed: {first.removeprefix('fatal: ')[:_TOLD]}")


def _found(start: Path) -> tuple[Path | None, Path] | None:
    """Return the top of the working tree and its git directory.

    Within a git directory, as in a bare repository, there is no working tree.
    """
    for folder in _upwards(start):
        place = folder / ".git"
        if place.is_dir() and (place / "HEAD").exists():
            return folder, place
        if place.is_file() and (line := _one_path(place)).startswith("gitdir:"):
            return folder, folder / line.removeprefix("gitdir:").strip()
        if _is_bare(folder):
            return None, folder
    return None


def _upwards(start: Path) -> Iterator[Path]:
    folder = start.resolve()
    yield folder
    yield from folder.parents


def _is_bare(folder: Path) -> bool:
    return all((folder / name).exists() for name in ("HEAD", "objects", "refs"))


def _one_path(file: Path) -> str:
    """Return the one line of a small file of git's; empty where there is no such file."""
    try:
        with file.open("rb") as handle:
            return os.fsdecode(handle.read(_POINTER)).rstrip("\r\n")
    except OSError:
        return ""
