"""The command line in a process that is warm: each request is answered by a fork of it.

Reads a JSON request a line, answers with a JSON line. Runs with the shim preloaded, and is
itself the subject: what it forks is the real command line over real files. Only what reads the
rules is remembered from call to call, since that takes most of a second and writes nothing.
"""

from __future__ import annotations

import ctypes
import functools
import gc
import json
import os
import resource
import signal
import sys
from pathlib import Path
from typing import Any

import corpus.cli
from corpus import rules
from corpus import workspace as workspaces
from corpus.detect import Detector

SOURCE = "Interviewer: Where do you write from?\n\nP1: From ada@kestrel-loom.com, mostly.\n"


def _call(args: list[str]) -> int:
    try:
        corpus.cli.main(args)
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def warm_up(folder: Path) -> None:
    """Load what a whole run loads, so that no fork has to."""
    Detector.load = functools.cache(Detector.load)  # type: ignore[method-assign]
    rules.load = functools.cache(rules.load)
    (folder / "one.txt").write_text(SOURCE)
    study = workspaces.init(folder / "study").root
    settings = study / "corpus.toml"
    settings.write_text(settings.read_text().replace("model = true", "model = false"))
    command = ["run", str(folder / "one.txt"), "--workspace", str(study), "--release", "1.0.0"]
    _call([*command, "--workers", "1", "--json"])
    gc.freeze()


def _raise_at(step: int, root: str) -> None:
    """Run out of memory where the command opens, makes or renames a file for the n-th time."""
    left = step

    def hook(_event: str, args: tuple[Any, ...]) -> None:
        nonlocal left
        if args and isinstance(args[0], str | os.PathLike) and str(args[0]).startswith(root):
            left -= 1
            if left == -1:
                raise MemoryError

    sys.addaudithook(hook)


def _child(request: dict[str, Any]) -> None:
    for number, name in ((1, "out"), (2, "err")):
        os.dup2(os.open(request[name], os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.chdir(request["cwd"])
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if size := request["file_limit"]:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    if request["memory_at"] >= 0:
        _raise_at(request["memory_at"], request["root"])
    ctypes.CDLL(None).fault_arm(
        request["root"].encode(),
        int(request["reads"]),
        request["log"].encode(),
        ctypes.c_long(request["at"]),
        request["action"],
        ctypes.c_long(request["value"]),
    )
    try:
        code = _call(request["args"])
    except KeyboardInterrupt:  # the interpreter would die by the signal, saying so
        os.write(2, b"Traceback")
        code = 130
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _start(request: dict[str, Any]) -> int:
    pid = os.fork()
    if pid == 0:
        try:
            _child(request)
        finally:
            os._exit(70)
    return pid


def _wait(pid: int) -> int | None:
    """Return the exit code, a signal's number below zero, or None where it was stopped."""
    _, status = os.waitpid(pid, os.WUNTRACED)
    return None if os.WIFSTOPPED(status) else os.waitstatus_to_exitcode(status)


def serve() -> None:
    """Answer until there are no more requests."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    warm_up(Path(sys.argv[1]))
    for line in sys.stdin:
        request = json.loads(line)
        answer = _start(request["start"]) if "start" in request else _wait(request["wait"])
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    serve()
