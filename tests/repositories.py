"""Throw-away git repositories, untouched by the settings of whoever runs the tests."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

_WHO = ("GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL")


def isolate(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let git know of no repository and no settings but those of the test."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    for name in _WHO:
        monkeypatch.setenv(name, "ada@example.org")


@dataclass(frozen=True, slots=True)
class Repository:
    """A working tree, with git at hand."""

    top: Path

    @classmethod
    def init(cls, top: Path, *options: str) -> Repository:
        subprocess.run(["git", "init", "-q", "--template=", *options, top], check=True)
        return cls(top)

    def git(self, *arguments: str | bytes, stdin: bytes = b"") -> str:
        done = subprocess.run(
            ["git", *arguments], cwd=self.top, input=stdin, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.decode("utf-8", "surrogateescape").strip()

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def add(self, name: str, content: str | bytes) -> Path:
        path = self.write(name, content)
        self.git("add", "--", os.fsencode(name))
        return path

    def commit(self, *arguments: str) -> None:
        self.git("commit", "-q", "--allow-empty", "-m", "a step", *arguments)

    def hook(self, script: str) -> None:
        path = self.write(".git/hooks/pre-commit", f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
