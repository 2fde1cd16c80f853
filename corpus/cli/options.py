"""Options that several commands share."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from corpus.release.read import Release, Verify

Command = TypeVar("Command", bound=Callable[..., Any])

_FOLDER = click.Path(file_okay=False, path_type=Path)


def with_workspace(function: Command) -> Command:
    """Pass the workspace: of --workspace, else of the current folder upwards."""

    @click.option(
        "--workspace",
        "folder",
        type=_FOLDER,
        envvar="CORPUS_WORKSPACE",
        help="The workspace; without it the current folder and those above are searched.",
    )
    @functools.wraps(function)
    def wrapper(*args: Any, folder: Path | None, **kwargs: Any) -> Any:
        from corpus import workspace
        from corpus.layers import needs

        with needs("steward"):
            opened = workspace.open_at(folder) if folder else workspace.find(Path.cwd())
            return function(opened, *args, **kwargs)

    return wrapper  # type: ignore[return-value]


def with_any_workspace(function: Command) -> Command:
    """Pass the workspace of --workspace, or None: the command does without as well."""

    @click.option(
        "--workspace",
        "folder",
        type=_FOLDER,
        envvar="CORPUS_WORKSPACE",
        help="Use this workspace's rules, roster and policy; the built-in ones without it.",
    )
    @functools.wraps(function)
    def wrapper(*args: Any, folder: Path | None, **kwargs: Any) -> Any:
        from corpus import workspace
        from corpus.layers import needs

        with needs("steward"):
            opened = workspace.open_at(folder) if folder else None
            return function(opened, *args, **kwargs)

    return wrapper  # type: ignore[return-value]


def with_release(function: Command) -> Command:
    """Pass the release of the argument: a folder, or a version with or without its digest.

    A version is looked for in the releases of the workspace that the current folder lies in,
    or below the current folder.
    """

    @click.argument("release", metavar="VERSION|PATH")
    @click.option(
        "--workspace",
        "folder",
        type=_FOLDER,
        envvar="CORPUS_WORKSPACE",
        help="Where a VERSION is looked for; without it the current folder and those above.",
    )
    @functools.wraps(function)
    def wrapper(*args: Any, release: str, folder: Path | None, **kwargs: Any) -> Any:
        return function(opened(release, folder), *args, **kwargs)

    return wrapper  # type: ignore[return-value]


def opened(given: str, workspace: Path | None, *, verify: Verify = "full") -> Release:
    """Return the release of a folder, else of a version; what the workspace recalled is refused.

    Raises:
        ReleaseError: there is none, it was taken back, or it is not what it claims.
        MachineError: a file cannot be read.
    """
    import corpus
    from corpus.release.withdrawals import taken_back_from

    home = releases_of(workspace)
    is_path = os.path.lexists(given) or os.sep in given
    path, version = (given, None) if is_path else (home, given)
    found = corpus.load(path, version, verify=verify)
    taken_back_from(home).refuse(found.digest, found.path)
    return found


def releases_of(workspace: Path | None) -> Path:
    """Return the folder of releases; no workspace is opened, since none is needed."""
    from corpus.workspace import RELEASES, root_above

    return (workspace or root_above(Path.cwd()) or Path()) / RELEASES


workspace_folder = click.option(
    "--workspace",
    type=_FOLDER,
    envvar="CORPUS_WORKSPACE",
    help="The workspace, if any; without it the current folder and those above are searched.",
)

as_json = click.option(
    "--json",
    "as_json",
    is_flag=True,
    is_eager=True,  # known before an option prints facts by itself
    help="Print the facts as JSON.",
)

workers = click.option(
    "--workers",
    type=click.IntRange(min=1),
    help="Processes to use; every core without it. The result is the same.",
)
