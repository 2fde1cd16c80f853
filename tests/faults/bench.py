"""Runs the command line with a fault at one of its steps, and says what came of it."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


class Action(IntEnum):
    """What happens at the step."""

    NOTHING = 0
    KILL = 1
    """kill -9 before it."""
    TEAR = 2
    """kill -9 after it; a write is half done."""
    SIGNAL = 3
    """A signal before it: SIGINT is Ctrl-C, SIGSTOP lets others work meanwhile."""
    ONCE = 4
    """It fails, those after it do not."""
    FULL = 5
    """It fails, and from then on all that need room."""
    STAY = 6
    """It fails, and from then on all."""
    JUMP = 7
    """The clock jumps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What goes wrong, and at which step."""

    at: int = -1
    action: Action = Action.NOTHING
    value: int = 0
    """The errno, the signal, or the seconds that the clock jumps."""
    root: Path | None = None
    """Below which the steps are counted; the workspace by default."""
    reads: bool = False
    """Whether what only reads is a step, too."""
    memory_at: int = -1
    """The file at which memory runs out, counted by Python's audit events."""
    file_limit: int = 0
    """The greatest size of a file; nothing can be written beyond."""


NONE = Fault()


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str
    steps: tuple[str, ...]
    """What it did to the disk, `call path` each, the path relative to the root."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A command under way."""

    pid: int
    root: Path
    base: Path

    def done(self, code: int) -> Done:
        """Return how it ended."""
        log = self.base.with_suffix(".log")
        lines = log.read_text().splitlines() if log.exists() else []
        return Done(
            code=code,
            out=self.base.with_suffix(".out").read_text(),
            err=self.base.with_suffix(".err").read_text(),
            steps=tuple(line.replace(f"{self.root}/", "") for line in lines),
        )


class Bench:
    """Commands as forks of one warm process."""

    def __init__(self, server: subprocess.Popen[str], scratch: Path) -> None:
        self._server = server
        self._scratch = scratch
        self._numbers = itertools.count()

    def start(self, study: Path, *args: str | Path, fault: Fault = NONE) -> Running:
        """Start a command in the folder."""
        base = self._scratch / str(next(self._numbers))
        root = (fault.root or study).resolve()
        request = {
            "args": [str(arg) for arg in args],
            "cwd": str(study if study.exists() else study.parent),
            "root": str(root),
            "reads": fault.reads,
            "at": fault.at,
            "action": int(fault.action),
            "value": fault.value,
            "memory_at": fault.memory_at,
            "file_limit": fault.file_limit,
            **{name: str(base.with_suffix(f".{name}")) for name in ("out", "err", "log")},
        }
        return Running(pid=self._ask({"start": request}), root=root, base=base)

    def wait(self, running: Running) -> Done | None:
        """Wait until the command ends, or stops."""
        code = self._ask({"wait": running.pid})
        return None if code is None else running.done(code)

    def end(self, running: Running) -> Done:
        """Wait until the command ends."""
        done = self.wait(running)
        assert done is not None, "it stopped"
        return done

    def run(self, study: Path, *args: str | Path, fault: Fault = NONE) -> Done:
        """Run a command in the folder."""
        return self.end(self.start(study, *args, fault=fault))

    def ok(self, study: Path, *args: str | Path) -> Any:
        """Run a command that has to work, and return the facts that it prints."""
        done = self.run(study, *args, "--json")
        assert done.code == 0, done.err
        return json.loads(done.out)

    def _ask(self, request: dict[str, Any]) -> Any:
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        print(json.dumps(request), file=self._server.stdin, flush=True)
        return json.loads(self._server.stdout.readline())


def build_shim(folder: Path) -> Path:
    """Compile what counts the steps."""
    shim = folder / "shim.so"
    command = ["cc", "-O1", "-shared", "-fPIC", "-o", str(shim), str(HERE / "shim.c"), "-ldl"]
    subprocess.run(command, check=True)
    return shim


@contextmanager
def bench(folder: Path) -> Iterator[Bench]:
    """Yield the bench; the folder is for its own files."""
    env = {**os.environ, "LD_PRELOAD": str(build_shim(folder)), "PYTHONPATH": str(ROOT)}
    env.pop("SOURCE_DATE_EPOCH", None)
    with subprocess.Popen(
        [sys.executable, HERE / "server.py", folder],
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        yield Bench(server, folder)
        assert server.stdin is not None
        server.stdin.close()
