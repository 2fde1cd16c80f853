"""A workspace's own guard: made of its registry, kept in its private folder until that changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from corpus import __version__, files, ids
from corpus.check.guard import file
from corpus.check.guard import key as keys
from corpus.check.guard.file import Contents, Guard, Pinned, Recalled
from corpus.check.guard.names import Names
from corpus.check.guard.sources import Sources
from corpus.errors import ConfigError, CorpusError
from corpus.registry import Registry
from corpus.release import MANIFEST, withdrawals
from corpus.workspace import Workspace

CACHE = "check-cache"
"""The folder in private/ that may be deleted at any time."""

_STAMP = 64
_KEYS = 100
"""Keys of before that are tried."""


def key_of(workspace: Workspace) -> bytes:
    """Return the key of a workspace's guard."""
    return keys.derive(workspace.key, workspace.config.key_number)


def is_its_key(workspace: Workspace, fits: Callable[[bytes], bool]) -> bool:
    """Tell whether some key of a workspace's guard, today's or one of before, fits."""
    return any(map(fits, _keys_of(workspace)))


def guard(workspace: Workspace, guarded: Sequence[str] = (), earlier: Path | None = None) -> Guard:
    """Return what a workspace's guard file tells; made anew only where something changed.

    Args:
        workspace: whose.
        guarded: globs of paths under which nothing unreleased may lie.
        earlier: a guard file of before, which may know files of releases that were taken back.

    Raises:
        InputError: the roster, a rule or the list of what was taken back does not hold.
        MachineError: something cannot be read.
    """
    return _current(workspace, guarded, earlier)[1]


def rendered(
    workspace: Workspace, guarded: Sequence[str] = (), earlier: Path | None = None
) -> bytes:
    """Return a workspace's guard file: of the same workspace, the same bytes.

    Raises:
        InputError: the roster, a rule or the list of what was taken back does not hold.
        MachineError: something cannot be read.
    """
    return _current(workspace, guarded, earlier)[0]


def _current(
    workspace: Workspace, guarded: Sequence[str], earlier: Path | None
) -> tuple[bytes, Guard]:
    key, path = key_of(workspace), _cache(workspace)
    before = _opened(workspace, _bytes(earlier)) if earlier and earlier.is_file() else None
    with workspace.registry() as registry:
        stamp = _stamp(workspace, registry, guarded)
        kept = _bytes(path)
        cached = _opened(workspace, kept[_STAMP + 1 :])
        is_stale = not kept.startswith(stamp)
        if cached and cached.key == key and not is_stale and not _knows_more(before, cached):
            return kept[_STAMP + 1 :], cached
        known = [one for one in (before, cached) if one is not None]
        data = file.render(_contents(workspace, registry, key, guarded, known), key)
    with suppress(OSError):  # it is made anew next time
        path.parent.mkdir(mode=0o700, exist_ok=True)
        files.replace(path, stamp + b"\n" + data)
    return data, file.opened(file.parse(data, path), key, path)


def _cache(workspace: Workspace) -> Path:
    return workspace.private / CACHE / "guard"


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as kept:
            return kept.read(file.LARGEST + _STAMP + 1)
    except OSError:
        return b""


def _opened(workspace: Workspace, data: bytes) -> Guard | None:
    """Open a guard file of this workspace, written with today's key or one of before."""
    path = _cache(workspace)
    with suppress(ConfigError):
        document = file.parse(data, path)
        for key in _keys_of(workspace):
            if file.fits(document, key):
                return file.opened(document, key, path)
    return None


def _keys_of(workspace: Workspace) -> Iterator[bytes]:
    newest = workspace.config.key_number
    for number in range(newest, max(0, newest - _KEYS), -1):
        yield keys.derive(workspace.key, number)


def _stamp(workspace: Workspace, registry: Registry, guarded: Sequence[str]) -> bytes:
    """Return a digest of all that a guard is made of."""
    parts = [__version__, str(file.FORMAT), *sorted(guarded)]
    parts += [part for e in registry.entries() for part in (e.transcript_id, e.fingerprint)]
    for version, digest in registry.releases().items():
        manifest = workspace.releases / version / MANIFEST
        parts += [version, str(digest), str(manifest.is_file() and manifest.stat().st_mtime_ns)]
    parts += sorted(withdrawals.taken_back_from(workspace.releases).recalled)
    own = workspace.rules
    read = [workspace.roster, *(sorted(own.rglob("*.y*ml")) if own else ())]
    parts += [path.read_bytes().hex() for path in read if path is not None]
    return ids.digest(parts).encode()


def _contents(
    workspace: Workspace,
    registry: Registry,
    key: bytes,
    guarded: Sequence[str],
    known: Sequence[Guard],
) -> Contents:
    texts = (
        [turn.text for turn in registry.transcript(entry.transcript_id).turns]
        for entry in registry.entries()
    )
    return Contents(
        guarded=guarded,
        releases=dict(_pinned(workspace, registry)),
        recalled=_recalled(workspace, known),
        sources=Sources.of(texts, key),
        names=_names(workspace, key),
    )


def _names(workspace: Workspace, key: bytes) -> Names:
    if workspace.roster is None:
        return Names.of((), key)
    from corpus import rules
    from corpus.check.guard import forms

    own = workspace.rules
    folders = (rules.builtin_folder(), *((own,) if own else ()))
    return Names.of(forms.of_roster(workspace.roster, folders), key)


def _pinned(workspace: Workspace, registry: Registry) -> Iterator[tuple[str, Pinned]]:
    for version, digest in registry.releases().items():
        if digest is not None:
            folder = workspace.releases / version
            yield version, {"digest": digest, "files": _files(folder, digest)}


def _files(folder: Path, digest: str) -> dict[str, str]:
    """Return the SHA-256 of a release's files, if it is the one that has the digest."""
    from corpus.release import manifest as manifests
    from corpus.release import sums

    try:
        manifest = manifests.read(folder)
    except CorpusError:
        return {}
    if manifest["digest"] != digest:
        return {}
    return sums.of_all(manifest)


def _recalled(workspace: Workspace, known: Sequence[Guard]) -> dict[str, Recalled]:
    """Return what was taken back; only guards of before know its files."""
    found: dict[str, Recalled] = {}
    for digest, recalled in withdrawals.taken_back_from(workspace.releases).recalled.items():
        hashes = {sha for one in known for sha in _hashes(one, digest)}
        found[digest] = {"version": recalled.version, "files": sorted(hashes)}
    return found


def _knows_more(before: Guard | None, cached: Guard) -> bool:
    """Tell whether a guard of before knows more files of what was taken back."""
    return before is not None and any(
        not set(recalled["files"]).issuperset(_hashes(before, digest))
        for digest, recalled in cached.recalled.items()
    )


def _hashes(guard: Guard, digest: str) -> Iterator[str]:
    if digest in guard.recalled:
        yield from guard.recalled[digest]["files"]
    for pinned in guard.releases.values():
        if pinned["digest"] == digest:
            yield from pinned["files"].values()
