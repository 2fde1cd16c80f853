"""Lay a second version of pyarrow beside the one in .venv, for the tests that compare the two.

It is fetched once, into .cache/. Where the package index cannot be reached, nothing is laid there
and the tests that need it are skipped, which is told.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

VERSION = "24.0.0"
HOME = Path(__file__).parents[1] / ".cache"
OPTIONS = (
    *("--quiet", "--disable-pip-version-check", "--no-input", "--retries", "1", "--timeout", "10"),
    *("--no-deps", "--no-compile", "--only-binary", ":all:"),
)


def main() -> int:
    """Install it, unless it is there."""
    folder = HOME / f"pyarrow-{VERSION}-{sys.implementation.cache_tag}"
    if folder.is_dir():
        return 0
    started = folder.with_suffix(".part")
    shutil.rmtree(started, ignore_errors=True)
    command = [sys.executable, "-m", "pip", "install", *OPTIONS, "--target", str(started)]
    done = subprocess.run([*command, f"pyarrow=={VERSION}"], check=False, capture_output=True)  # noqa: S603
    if done.returncode:
        shutil.rmtree(started, ignore_errors=True)
        said = f"pyarrow {VERSION} could not be installed; tests that need it are skipped"
        print(said, file=sys.stderr)  # noqa: T201
        return 0
    started.rename(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
