"""`corpus verify`: which releases it looks at, what it says, and how it ends."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from corpus.cli import main
from corpus.workspace import Workspace
from tests.damage import change

GOLDEN = Path(__file__).parents[2] / "fixtures" / "releases" / "3"
ANSWERS = json.loads((GOLDEN / "answers.json").read_bytes())
DIGEST = ANSWERS["digest"]


def verify(*args: str | Path) -> Result:
    result = CliRunner().invoke(main, ["verify", *map(str, args)])
    assert "Traceback" not in result.output
    return result


def facts(*args: str | Path) -> Any:
    return json.loads(verify(*args, "--json").stdout)


@pytest.fixture
def releases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of three releases, in no workspace."""
    home = tmp_path / "elsewhere"
    for name in ("1.0.0", "1.2.0", "1.10.0"):
        shutil.copytree(GOLDEN / "1.0.0", home / name)
    (home / "LATEST").write_text("1.10.0\n")
    (home / ".tmp-1.11.0-1").mkdir()
    monkeypatch.chdir(tmp_path)
    return home


@pytest.fixture
def study(workspace: Workspace, releases: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A workspace whose folder is the current one, with these releases."""
    releases.rename(workspace.releases)
    monkeypatch.chdir(workspace.root)
    return workspace


def test_a_folder_is_verified_without_a_workspace(releases: Path) -> None:
    result = verify(releases / "1.2.0")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == f"verified 1.0.0@{DIGEST}\n"
    assert facts(releases / "1.2.0") == {
        "verified": True,
        "releases": [
            {
                "path": str(releases / "1.2.0"),
                "version": "1.0.0",
                "digest": DIGEST,
                "verified": True,
                "swept": False,
                "problems": [],
            }
        ],
    }


def test_all_in_a_folder_are_verified_in_order(releases: Path) -> None:
    assert verify(releases, "--all").stdout.endswith("3 of 3 releases verified\n")
    names = [Path(r["path"]).name for r in facts("--all", releases)["releases"]]
    assert names == ["1.0.0", "1.2.0", "1.10.0"]


def test_the_others_are_still_looked_at_where_one_fails(releases: Path) -> None:
    (releases / "1.0.0" / "README.md").unlink()
    change(releases / "1.0.0" / "SHA256SUMS", b"")
    change(releases / "1.10.0" / "manifest.json", b"{}")
    result = verify(releases, "--all")
    assert result.exit_code == 1
    assert "1 of 3 releases verified" in result.stdout
    found = facts(releases, "--all")
    assert [r["verified"] for r in found["releases"]] == [False, True, False]
    assert found["verified"] is False
    first, _, last = found["releases"]
    assert [Path(p["path"]).name for p in first["problems"]] == ["README.md", "SHA256SUMS"]
    assert (last["version"], last["digest"]) == (None, None)


def test_a_fault_of_the_machine_is_one_and_the_others_are_looked_at(
    releases: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Path.open

    def refuse(path: Path, *args: Any) -> Any:
        if path.match("1.2.0/README.md"):
            raise PermissionError(13, "Permission denied")
        return whole(path, *args)

    monkeypatch.setattr(Path, "open", refuse)
    (releases / "1.0.0" / "README.md").unlink()
    result = verify(releases, "--all")
    assert result.exit_code == 3
    assert "1.2.0/README.md: it cannot be read (Permission denied)" in result.stderr
    assert "1 of 3 releases verified" in result.stdout


def test_a_link_among_the_releases_is_named(releases: Path) -> None:
    (releases / "2.0.0").symlink_to(releases / "1.0.0")
    result = verify(releases, "--all")
    assert result.exit_code == 1
    assert "2.0.0: it is a symbolic link, not a folder" in result.stderr
    assert verify(releases / "2.0.0").exit_code == 0


def test_a_version_is_one_of_the_workspace_and_swept(study: Workspace) -> None:
    result = verify("1.2.0")
    assert result.exit_code == 0, result.stderr
    assert result.stdout == f"verified 1.0.0@{DIGEST}, shows nothing that the workspace hides\n"
    assert all(r["swept"] for r in facts("--all")["releases"])
    assert facts("releases/1.10.0")["releases"][0]["swept"]


def test_a_workspace_can_be_named(study: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(study.root.parent)
    assert facts("1.2.0", "--workspace", study.root)["releases"][0]["swept"]
    assert len(facts("--all", "--workspace", study.root)["releases"]) == 3


def test_a_copy_elsewhere_is_not_swept(study: Workspace, tmp_path: Path) -> None:
    copy = shutil.copytree(study.releases / "1.0.0", tmp_path / "copy")
    assert facts(copy)["releases"][0] | {"path": ""} == {
        "path": "",
        "version": "1.0.0",
        "digest": DIGEST,
        "verified": True,
        "swept": False,
        "problems": [],
    }


@pytest.mark.parametrize("pin", [f"1.0.0@{DIGEST}", f"1.0.0@{DIGEST[:19]}"])
def test_a_pin_that_fits_is_none_the_worse(pin: str, releases: Path) -> None:
    assert verify(releases / "1.0.0", "--pin", pin).exit_code == 0


@pytest.mark.parametrize(
    ("pin", "told"),
    [
        (f"1.0.1@{DIGEST}", "its version differs: expected 1.0.1, found 1.0.0"),
        (f"1.0.0@sha256:{'0' * 64}", f"digest differs: expected sha256:{'0' * 64}, found {DIGEST}"),
        (f"1.0.0@{DIGEST[:18]}{'0' if DIGEST[18] != '0' else '1'}", "its digest differs"),
    ],
)  # fmt: skip
def test_a_release_that_is_not_the_pinned_one_is_refused(
    pin: str, told: str, releases: Path
) -> None:
    result = verify(releases / "1.0.0", "--pin", pin)
    assert result.exit_code == 1
    assert told in result.stderr


@pytest.mark.parametrize(
    ("args", "told"),
    [
        ((), "name a release"),
        (("--all",), "releases: there are no releases here"),
        (("missing",), "missing: there is no such release - name the folder of one version"),
        (("missing", "--all"), "there are no releases here"),
        (("elsewhere/1.0.0", "--all"), "this is one release - leave out --all"),
        (("elsewhere/LATEST",), "there is no such release"),
        (("x" * 300,), "there is no such release"),
        (("elsewhere/1.0.0", "--pin", "1.0"), "'1.0' names no version"),
        (("elsewhere/1.0.0", "--pin", ""), "'' names no version"),
        (("elsewhere", "--all", "--pin", ""), "names one release"),
        (("elsewhere/1.0.0", "--pin", f"1.0.0@{DIGEST}\n"), "names no version"),
        (("elsewhere", "--all", "--pin", f"1.0.0@{DIGEST}"), "names one release"),
    ],
)
def test_what_cannot_be_meant_is_an_input_error(
    args: tuple[str, ...], told: str, releases: Path
) -> None:
    result = verify(*args)
    assert result.exit_code == 2
    assert told in result.stderr


def test_a_missing_version_is_told_with_those_there_are(study: Workspace) -> None:
    result = verify("9.9.9")
    assert result.exit_code == 2
    assert "there is no such release - choose among 1.0.0, 1.2.0, 1.10.0" in result.stderr


def test_a_folder_without_a_manifest_does_not_hold(releases: Path) -> None:
    (releases / "1.0.0" / "manifest.json").unlink()
    result = verify(releases / "1.0.0")
    assert result.exit_code == 1
    assert "there is no release here (no manifest.json)" in result.stderr


def test_a_reader_needs_no_more_than_the_base(releases: Path) -> None:
    hidden = ("presidio_analyzer", "rich", "ftfy", "yaml", "regex", "rapidfuzz", "numpy")
    code = (
        "import sys\n"
        f"sys.modules.update(dict.fromkeys({hidden!r}))\n"
        "from corpus.cli import main\n"
        "main(['verify', '--all', 'elsewhere'])\n"
    )
    root = str(Path(__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {root!r})\n{code}"],
        cwd=releases.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "3 of 3 releases verified" in done.stdout
