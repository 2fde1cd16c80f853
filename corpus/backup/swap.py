"""Old files out, new ones in: once it has begun, it can be ended whatever interrupts it.

`private/restore/files/` holds the new ones under their names, `private/restore/gone` names what has
none to follow it. Each step is a rename, and is left out where it was done already.
"""

from __future__ import annotations

import errno
import json
import shutil
from collections.abc import Iterable
from pathlib import Path

from corpus.backup.contents import KEPT, SETTINGS
from corpus.errors import MachineError
from corpus.files import sync
from corpus.workspace import PRIVATE, RESTORING


def staging(root: Path) -> Path:
    """Return the folder that becomes the one to restore from when it is complete."""
    return root / PRIVATE / f"{RESTORING}.new"


def is_begun(root: Path) -> bool:
    """Tell whether a swap was begun and not ended."""
    return (root / PRIVATE / RESTORING).exists()


def begin(root: Path, gone: Iterable[str]) -> None:
    """Make the staged files those to restore from; from here on there is no way back."""
    staged = staging(root)
    (staged / "gone").write_text(json.dumps(sorted(gone)), encoding="utf-8")
    sync(staged / "gone")
    for folder in (p for p in [staged, *staged.rglob("*")] if p.is_dir()):
        sync(folder)
    staged.rename(root / PRIVATE / RESTORING)
    sync(root / PRIVATE)


def end(root: Path) -> None:
    """Swap what was not swapped yet.

    Raises:
        MachineError: a file could not be moved; what is left can be ended later.
    """
    staged = root / PRIVATE / RESTORING
    try:
        for name in json.loads((staged / "gone").read_text("utf-8")):
            _set_aside(root, name)
        for path in sorted((p for p in (staged / "files").rglob("*") if p.is_file()), key=_last):
            name = path.relative_to(staged / "files").as_posix()
            _set_aside(root, name)
            _move(path, root / name)
        done = staged.with_name(f"{RESTORING}.done")
        shutil.rmtree(done, ignore_errors=True)
        staged.rename(done)
        sync(root / PRIVATE)
        shutil.rmtree(done, ignore_errors=True)
    except OSError as error:
        raise MachineError(
            f"{root} could be restored in part only: {error.strerror} - mend that and run the"
            " same command again, it goes on where it stopped"
        ) from error


def _last(path: Path) -> tuple[bool, Path]:
    """Sort the settings behind all others: without them the folder is no workspace yet."""
    return (path.name == SETTINGS, path)


def _set_aside(root: Path, name: str) -> None:
    if not (root / name).is_file():
        return
    if (root / KEPT / name).exists():  # done already: what stands here is a copy
        (root / name).unlink()
    else:
        _move(root / name, root / KEPT / name)


def _move(source: Path, target: Path) -> None:
    """Move a file; where private/ is on another disk, by a copy that takes its name when whole."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        source.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        partial = target.with_name(f".{target.name}.new")
        shutil.copy2(source, partial)
        sync(partial)
        partial.rename(target)
        source.unlink()
    sync(target.parent)
