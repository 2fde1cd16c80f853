"""The built wheel alone, outside the checkout, does the main job."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def _run(*command: str | Path, cwd: Path, env: dict[str, str] | None = None) -> str:
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    code = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"
    _run(sys.executable, "-c", code, out, cwd=ROOT)
    return next(out.glob("*.whl"))


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel; its libraries are lent by this one, our checkout is not."""
    home = tmp_path_factory.mktemp("venv")
    venv.create(home, symlinks=True)
    folder = Path(sysconfig.get_path("purelib", vars={"base": str(home)}))
    shutil.unpack_archive(wheel, folder, "zip")
    (folder / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return home / "bin" / "python"


def _environment() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "VIRTUAL_ENV"}}


@pytest.mark.slow
def test_the_wheel_does_the_main_job(python: Path, tmp_path: Path) -> None:
    where = _run(python, "-c", "import corpus; print(corpus.__file__)", cwd=tmp_path,
                 env=_environment())  # fmt: skip
    assert Path(where.strip()).is_relative_to(python.parents[1])
    (tmp_path / "interviews").mkdir()
    for source in (ROOT / "fixtures" / "interviews").glob("[dp]*"):
        shutil.copy(source, tmp_path / "interviews")
    cli = (python, "-m", "corpus.cli")
    _run(*cli, "init", "study", cwd=tmp_path, env=_environment())
    study = tmp_path / "study"
    _run(*cli, "run", "../interviews", "--release", "1.0.0", cwd=study, env=_environment())
    _run(*cli, "verify", "releases/1.0.0", cwd=study, env=_environment())
    _run(*cli, "rules", "test", cwd=study, env=_environment())


def test_the_base_needs_click_and_pyarrow_only(
    wheel: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Everything else is hidden: help works, and a missing layer is named."""
    home = tmp_path_factory.mktemp("bare")
    shutil.unpack_archive(wheel, home, "zip")
    hidden = ("presidio_analyzer", "presidio_anonymizer", "rich", "ftfy", "yaml", "regex",
              "charset_normalizer", "rapidfuzz", "phonenumbers")  # fmt: skip
    code = (
        "import sys\n"
        f"sys.modules.update(dict.fromkeys({hidden!r}))\n"
        f"sys.path.insert(0, {str(home)!r})\n"
        "from corpus.cli import main\n"
        "main(sys.argv[1:])\n"
    )

    def run(*args: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-I", "-c", code, *args],
            cwd=home,
            capture_output=True,
            text=True,
            check=False,
        )

    assert run("--help").returncode == 0
    check = run("check", str(ROOT / "LICENSE"))
    assert check.returncode == 3
    assert "transcript-corpus[check]" in check.stderr
