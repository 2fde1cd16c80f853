"""Who may import whom, and what start-up must not load."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "corpus"

STAGES = {"ingest", "detect", "redact", "release"}
LEAVES = {"errors", "labels", "model", "layers", ""}
PURE = LEAVES | {"ids", "semver", "rules", "examples", "entries", "engine", "surfaces", "consent"}
PURE |= {"cells", "pages", "parts", "printable"}
STORE = PURE | {"config", "codec", "registry", "workspace", "review", "score"}
ALLOWED = {
    "errors": set(),
    "labels": set(),
    "model": {"labels"},
    "": {"model", "errors", "release"},
    "layers": {"errors"},
    "entries": {"errors"},
    "ids": {"model"},
    "semver": {"errors"},
    "surfaces": PURE,
    "engine": LEAVES | {"entries"},
    "consent": LEAVES,
    "files": set(),
    "pages": set(),
    "parts": set(),
    "cells": set(),
    "printable": set(),
    "rules": LEAVES | {"", "entries", "engine", "files"},
    "examples": LEAVES | {"rules"},
    **dict.fromkeys(STAGES, PURE),
    "release": PURE | {"files"},
    "review": PURE,
    "score": PURE,
    "config": LEAVES,
    "codec": LEAVES,
    "registry": PURE | {"codec", "files"},
    "workspace": STORE | {"files"},
    "confirmed": PURE | {"detect", "review"},
    "propagate": STORE | {"detect", "redact", "renewal", "confirmed"},
    "leaks": STORE | {"confirmed", "redact", "release"},
    "numbering": STORE,
    "backup": STORE | {"files"},
    "releasable": STORE,
    "participants": STORE | {"files", "releasable"},
    "summary": STORE | {"confirmed", "releasable"},
    "executors": LEAVES,
    "renewal": STORE | {"executors"},
    "verdicts": STORE | {"files"},
    "settings": STORE | STAGES,
    "pipeline": STORE
    | STAGES
    | {"files", "numbering", "propagate", "releasable", "summary", "renewal", "settings", "leaks"},
    "evaluate": STORE | STAGES | {"executors", "settings"},
    "check": STORE | STAGES | {"files", "executors"},
}


def _name(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return "" if parts == ("__init__",) else parts[0]


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("path", _modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_go_one_way(path: Path) -> None:
    name = _name(path)
    if name == "cli":
        return
    ours = {i.split(".")[1] for i in _imports(path) if i.startswith("corpus.")}
    ours = {"" if part.startswith("__") else part for part in ours} - {name}
    assert ours <= ALLOWED[name], f"{path.name} may not import {sorted(ours - ALLOWED[name])}"


@pytest.mark.parametrize(
    ("library", "homes"),
    [
        ("pyarrow", ("release/", "ingest/readers/parquet/", "check/opening/")),
        ("presidio_analyzer", ("detect/presidio/",)),
        ("presidio_anonymizer", ("redact/operators.py",)),
        ("py3langid", ("detect/language.py",)),
        ("rich", ("cli/",)),
        ("click", ("cli/",)),
    ],
)
def test_a_library_is_known_in_its_own_place_only(library: str, homes: tuple[str, ...]) -> None:
    for path in _modules():
        place = path.relative_to(PACKAGE).as_posix()
        if not place.startswith(homes):
            assert not any(i.split(".")[0] == library for i in _imports(path)), place


HEAVY = (
    *("presidio_analyzer", "presidio_anonymizer", "spacy", "numpy", "pyarrow", "pandas", "rich"),
    "py3langid",
)


def _loaded(code: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", code], capture_output=True, text=True, check=True
    )
    return {line.split("|")[-1].strip() for line in done.stderr.splitlines() if "|" in line}


@pytest.mark.parametrize(
    "code",
    [
        "import corpus",
        "from corpus.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass",
        "from corpus.cli import main\ntry: main(['check', 'LICENSE'])\nexcept SystemExit: pass",
    ],
    ids=["import", "help", "check"],
)
def test_start_up_loads_nothing_heavy(code: str) -> None:
    loaded = _loaded(code)
    assert "corpus" in loaded
    assert not loaded & set(HEAVY)
