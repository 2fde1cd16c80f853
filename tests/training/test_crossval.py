"""Folds are fitted once, and go on where they were broken off."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="training needs the training extra")

from training import crossval, record, stage1

WHOLE = {"epochs": 3, "rate": 0.1, "share": 0.5, "real": None}
EARLY = {"share": 0.5, "real": None}


@pytest.fixture
def ran(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is run; each run but notes how, as the real ones do at their end."""
    modules: list[str] = []

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        module = command[2].removeprefix("training.")
        modules.append(module)
        said = dict(option.removeprefix("--").split("=") for option in command[3:])
        if module == "export":
            folder = Path(said["out"])
            folder.mkdir(exist_ok=True)
            record.copy(Path(said["weights"]), folder / "model.onnx")
        else:
            whole = module == "stage2"
            how = {"stage": 2 if whole else 3, **(WHOLE if whole else EARLY)}
            if whole:
                how["epochs"] = int(said["epochs"])
            record.save(Path(said["out"]), {}, how, None if whole else Path(said["start"]))
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(stage1, "RUNS", tmp_path)
    monkeypatch.setattr(subprocess, "run", run)
    return modules


def test_a_fold_is_fitted_once(ran: list[str], tmp_path: Path) -> None:
    assert crossval.fitted(2, whole=WHOLE, early=EARLY, threads=1) == tmp_path / "fold-2"
    assert ran == ["stage2", "stage3", "export"]
    crossval.fitted(2, whole=WHOLE, early=EARLY, threads=1)
    assert ran == ["stage2", "stage3", "export"]


def test_a_fold_goes_on_where_it_was_broken_off(ran: list[str], tmp_path: Path) -> None:
    crossval.fitted(0, whole=WHOLE, early=EARLY, threads=1)
    record.forget(tmp_path / "fold-0" / "model.onnx")
    crossval.fitted(0, whole=WHOLE, early=EARLY, threads=1)
    assert ran[3:] == ["stage3", "export"]


def test_a_fold_that_was_fitted_otherwise_is_fitted_anew(ran: list[str]) -> None:
    crossval.fitted(1, whole=WHOLE, early=EARLY, threads=1)
    crossval.fitted(1, whole={**WHOLE, "epochs": 8}, early=EARLY, threads=1)
    assert ran[3:] == ["stage2", "stage3", "export"]


def test_a_run_that_fails_names_its_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage1, "RUNS", tmp_path)
    monkeypatch.setattr(
        subprocess, "run", lambda command, **_: subprocess.CompletedProcess(command, 1)
    )
    with pytest.raises(SystemExit, match=r"stage2 failed - see the end of .*fold-3\.log"):
        crossval.fitted(3, whole=WHOLE, early=EARLY, threads=1)
