"""`corpus guard` end to end: exported by the steward, opened in a clone with the key alone."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from corpus import workspace as workspaces
from corpus.check.guard import file, key, own
from corpus.check.setup import Setup
from corpus.check.types import Passage
from corpus.cli import main
from corpus.errors import CorpusError, GuardError
from corpus.registry import Registry
from corpus.workspace import Workspace
from tests.conftest import without_model
from tests.studies import copied, git_directory, ok, released

TURNS = [
    ("Assistant", "How did you come to work in the lamp room of all places?"),
    ("User", "My aunt Rosalind Vane sorted wicks there, and I carried her lunch."),
    ("Assistant", "And what does the first hour of a day look like for you now?"),
    ("User", "I count the burners, then I count them again, because the first is wrong."),
    ("Assistant", "Who notices if the second count is wrong as well?"),
    ("User", "Nobody notices before the evening boat comes in without a light."),
]
SAID = "\n\n".join(f"{speaker}: {text}" for speaker, text in TURNS)
ROSTER = "transcript_id,label,text\n*,EMPLOYER,Oddfellow Lamps\n"


@pytest.fixture(scope="module")
def released_study(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder = tmp_path_factory.mktemp("guarded")
    workspace = without_model(folder / "study")
    (folder / "talk.md").write_text(f"**Transcript ID:** work_0001\n\n---\n\n{SAID}\n")
    (workspace.private / "roster.csv").write_text(ROSTER)
    for command in (["ingest", str(folder / "talk.md")], ["detect"], ["redact"]):
        ok(workspace.root, *command)
    released(workspace.root, "1.0.0")
    return workspace


@pytest.fixture
def study(released_study: Workspace, tmp_path: Path) -> Workspace:
    return copied(released_study, tmp_path)


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv(key.VARIABLE, raising=False)
    folder = git_directory(tmp_path / "clone")
    monkeypatch.chdir(folder)
    return folder


def _call(*args: str, entered: str | None = None) -> Result:
    result = CliRunner().invoke(main, ["guard", *args], input=entered)
    assert "Traceback" not in result.output
    return result


def test_a_colleague_needs_the_file_and_the_key_alone(study: Workspace, clone: Path) -> None:
    ok(study.root, "guard", "export", "--out", clone / file.NAME)
    secret = ok(study.root, "guard", "key")
    assert secret.strip() != study.key.hex()
    shutil.rmtree(study.root)
    with pytest.raises(GuardError, match="corpus guard install"):
        file.load(clone / file.NAME, key.find(clone))
    done = _call("install", entered=secret)
    assert done.exit_code == 0, done.output
    assert secret.strip() not in done.output
    guard = file.load(clone / file.NAME, key.find(clone))
    (hit,) = guard.sources.found([Passage(text=f"A note.\n\n{SAID}")])
    assert (hit.turns, hit.line) == (len(TURNS), 3)
    assert [h.label for h in guard.names.found(Passage(text="the oddfellow lamps"))] == ["EMPLOYER"]


@pytest.mark.parametrize(
    ("entered", "code", "said"),
    [
        ("ab" * 32, 3, "not the file's"),
        ("secret-but-no-key", 2, "64 hexadecimal digits"),
        ("", 2, "64 hexadecimal digits"),
    ],
)
def test_another_key_is_not_installed(
    study: Workspace, clone: Path, entered: str, code: int, said: str
) -> None:
    ok(study.root, "guard", "export", "--out", clone / file.NAME)
    done = _call("install", entered=entered)
    assert done.exit_code == code
    assert said in done.stderr
    assert "secret-but" not in done.output
    assert key.find(clone) is None


def test_without_a_guard_file_there_is_nothing_to_install_for(clone: Path) -> None:
    done = _call("install", entered="ab" * 32)
    assert done.exit_code == 2
    assert "no corpus-guard.json here or above" in done.stderr


def test_it_is_written_to_the_root_of_the_repository(study: Workspace) -> None:
    ok(study.root, "guard", "export")
    assert (study.root / file.NAME).is_file()
    git_directory(study.root.parent)
    said = ok(study.root, "guard", "export")
    path = study.root.parent / file.NAME
    assert said.startswith(f"{path}: 1 release, 0 recalled, 0 guarded paths, 6 turns, ")
    assert path.read_bytes() == (study.root / file.NAME).read_bytes()
    assert path.stat().st_mode & 0o777 == 0o644
    facts = json.loads(ok(study.root, "guard", "export", "--json"))
    assert facts["bytes"] == path.stat().st_size


def test_the_hooks_of_its_own_clone_know_a_workspace_in_a_folder_below(
    study: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(key.VARIABLE, raising=False)
    top = study.root.parent
    git_directory(top)
    settings = study.root / "corpus.toml"
    guarded = '[check]\nguarded = ["raw", "/sent/*.md"]'
    settings.write_text(settings.read_text().replace("[check]", guarded))
    said = ok(study.root, "guard", "export")
    assert "2 guarded paths" in said
    assert own.key_of(study).hex() not in said
    setup = Setup.of(top)
    assert setup.guarded_by == top / file.NAME
    assert setup.guard is not None
    known = [
        setup.guard.guards(f"study/{name}") for name in ("x/raw/a", "sent/a.md", "b/sent/a.md")
    ]
    assert known == [True, True, False]
    assert not setup.guard.guards("raw/a")


def test_the_guarded_paths_of_the_repository_go_with_it(study: Workspace, clone: Path) -> None:
    (clone / "pyproject.toml").write_text('[tool.corpus.check]\nguarded = ["data/raw"]\n')
    ok(study.root, "guard", "export", "--out", clone / file.NAME)
    guard = file.load(clone / file.NAME, bytes.fromhex(ok(study.root, "guard", "key")))
    assert guard.guards("data/raw/a.md")
    assert not guard.guards("docs/a.md")


def test_a_folder_that_is_not_there_is_named(study: Workspace, tmp_path: Path) -> None:
    done = CliRunner().invoke(
        main,
        ["guard", "export", "--out", str(tmp_path / "no" / "x"), "--workspace", str(study.root)],
    )
    assert done.exit_code == 3
    assert "cannot be written" in done.stderr


def _hashes(folder: Path) -> set[str]:
    return {hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.rglob("*") if p.is_file()}


def test_every_file_of_a_release_counts_until_it_is_recalled(study: Workspace) -> None:
    folder = study.releases / "1.0.0"
    before = _hashes(folder)
    assert own.guard(study).pinned_files == before
    ok(study.root, "recall", "work_0001", "--text", "evening boat", "--label", "LOCATION", "--yes")
    after = _hashes(folder)
    guard = own.guard(study)
    assert guard.pinned_files == after
    assert guard.recalled_files == before - after
    assert len(guard.recalled) == 1


def test_an_exported_file_knows_recalled_files_when_the_cache_is_gone(study: Workspace) -> None:
    before = _hashes(study.releases / "1.0.0")
    ok(study.root, "guard", "export")
    shutil.rmtree(study.private / own.CACHE)
    ok(study.root, "recall", "work_0001", "--text", "evening boat", "--label", "LOCATION", "--yes")
    settings = study.root / "corpus.toml"
    settings.write_text(settings.read_text().replace("key_number = 1", "key_number = 2"))
    ok(study.root, "guard", "export")
    guard = file.load(study.root / file.NAME, own.key_of(workspaces.open_at(study.root)))
    assert guard.recalled_files == before - guard.pinned_files != set()


def test_a_release_that_is_not_the_one_recorded_does_not_count(study: Workspace) -> None:
    manifest = study.releases / "1.0.0" / "manifest.json"
    manifest.chmod(0o644)
    manifest.write_text(manifest.read_text().replace('"corpus"', '"another"', 1))
    guard = own.guard(study)
    assert guard.pinned_files == frozenset()
    assert list(guard.releases) == ["1.0.0"]


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    read: list[str] = []
    real = Registry.transcript

    def counted(self: Registry, transcript_id: str) -> object:
        read.append(transcript_id)
        return real(self, transcript_id)

    monkeypatch.setattr(Registry, "transcript", counted)
    return read


def test_transcripts_are_read_again_only_where_something_changed(
    study: Workspace, reads: list[str], tmp_path: Path
) -> None:
    first = own.rendered(study)
    assert own.rendered(study) == first
    assert reads == ["work_0001"]
    (study.private / "roster.csv").write_text(f"{ROSTER}*,PERSON,Tobias Quern\n")
    assert own.rendered(study) != first
    assert list(own.guard(study).names.found(Passage(text="Tobias Quern")))
    (tmp_path / "2.md").write_text("User: A second talk of one turn that is long enough.\n")
    ok(study.root, "ingest", tmp_path / "2.md")
    assert len(own.guard(study).sources) == len(TURNS) + 1


@pytest.mark.parametrize("harm", ["cut", "another", "empty", "folder"])
def test_a_damaged_cache_is_made_anew(study: Workspace, harm: str) -> None:
    first = own.rendered(study)
    path = study.private / own.CACHE / "guard"
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0
    data = path.read_bytes()
    path.unlink()
    if harm == "folder":
        path.mkdir()
    else:
        change = {"cut": data[:-9], "empty": b"", "another": data.replace(b"1.0.0", b"1.0.1")}
        path.write_bytes(change[harm])
    assert own.rendered(study) == first


def test_another_number_is_another_key_under_which_all_is_known(study: Workspace) -> None:
    ok(study.root, "guard", "export")
    old = own.key_of(study)
    settings = study.root / "corpus.toml"
    settings.write_text(settings.read_text().replace("key_number = 1", "key_number = 2"))
    renewed = workspaces.open_at(study.root)
    assert own.key_of(renewed) != old
    ok(study.root, "guard", "export")
    with pytest.raises(GuardError):
        file.load(study.root / file.NAME, old)
    assert own.guard(renewed).sources.found([Passage(text=SAID)])


# What a check goes by where there is a guard


def _clone_with_key(study: Workspace, clone: Path) -> Path:
    ok(study.root, "guard", "export", "--out", clone / file.NAME)
    done = _call("install", entered=ok(study.root, "guard", "key"))
    assert done.exit_code == 0, done.output
    assert Setup.of(clone).guard is not None
    return clone / file.NAME


@pytest.mark.parametrize("instead", ["nothing", "a folder", "a link"])
def test_a_guard_that_went_missing_while_its_key_is_here_is_no_absence_of_one(
    study: Workspace, clone: Path, instead: str
) -> None:
    path = _clone_with_key(study, clone)
    path.unlink()
    if instead == "a folder":
        path.mkdir()
    elif instead == "a link":
        path.symlink_to("nowhere")
    with pytest.raises(CorpusError, match="restore") as info:
        Setup.of(clone)
    assert info.value.exit_code == 3
    if instead == "nothing":
        (clone / ".git" / key.FILE).unlink()
        assert Setup.of(clone).guard is None


def test_another_workspace_does_not_take_the_place_of_a_guard(
    study: Workspace, clone: Path, tmp_path: Path
) -> None:
    path = _clone_with_key(study, clone)
    for name in ("corpus.toml", "private"):
        (without_model(tmp_path / "other").root / name).rename(clone / name)
    with pytest.raises(GuardError, match=r"corpus-guard\.json is not of the workspace"):
        Setup.of(clone)
    path.unlink()
    with pytest.raises(GuardError, match="corpus-guard-key is not of the workspace"):
        Setup.of(clone)


def test_a_workspace_takes_the_place_of_its_own_guard_whatever_key_that_was_written_with(
    study: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(key.VARIABLE, raising=False)
    ok(study.root, "guard", "export")
    settings = study.root / "corpus.toml"
    settings.write_text(settings.read_text().replace("key_number = 1", "key_number = 2"))
    assert Setup.of(study.root).key == own.key_of(workspaces.open_at(study.root))
