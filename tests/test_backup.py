"""What a backup holds comes back as it was; what is no backup changes nothing."""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import tarfile
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus import workspace as workspaces
from corpus.backup import backup, restore
from corpus.errors import BackupError, CorpusError, MachineError
from corpus.workspace import Workspace
from tests.studies import SECRET, call, fill, ok, released

RULE = """\
name: ours
why: for a test
patterns: []
"""


@pytest.fixture
def study(workspace: Workspace, tmp_path: Path) -> Workspace:
    fill(workspace, tmp_path / "sources")
    (workspace.root / "rules" / "keep").mkdir(parents=True)
    (workspace.root / "rules" / "notes.txt").write_text("ours")
    (workspace.root / "rules" / "keep" / "more.txt").write_text("more")
    (workspace.private / "roster.csv").write_text("transcript_id,label,text\n,PERSON,Ada\n")
    ok(workspace.root, "detect")
    return workspace


@pytest.fixture
def saved(study: Workspace, tmp_path: Path) -> Path:
    path = tmp_path / "study.backup"
    backup(study, path, with_key=True)
    return path


def _tree(root: Path) -> dict[str, bytes]:
    """Return every file of a folder that counts, with what is in it."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and path.name != "lock" and not path.name.endswith(("-shm", "-wal"))
    }


def _rows(database: Path) -> list[str]:
    with closing(sqlite3.connect(database)) as connection:
        return list(connection.iterdump())


def _members(path: Path) -> dict[str, bytes]:
    with tarfile.open(path) as tar:
        return {m.name: tar.extractfile(m).read() for m in tar.getmembers()}  # type: ignore[union-attr]


def test_a_restored_workspace_gives_the_same_release(
    study: Workspace, saved: Path, tmp_path: Path
) -> None:
    again = tmp_path / "again"
    said = ok(again, "restore", saved)
    assert "restored" in said
    assert released(again, "1.0.0") == released(study.root, "1.0.0")
    for name in ("corpus.toml", "private/key", "private/roster.csv", "rules/keep/more.txt"):
        assert (again / name).read_bytes() == (study.root / name).read_bytes()
    assert stat.S_IMODE((again / "private").stat().st_mode) == 0o700
    assert stat.S_IMODE((again / "private" / "workspace.db").stat().st_mode) == 0o600
    assert (again / "private" / ".gitignore").read_text().splitlines()[-1] == "*"


def test_the_file_is_a_tar_for_its_owner_alone_without_key_and_releases(
    study: Workspace, tmp_path: Path
) -> None:
    released(study.root, "1.0.0")
    path = tmp_path / "study.backup"
    said = ok(study.root, "backup", path)
    assert "raw transcripts" in said
    assert "not the key" in said
    assert "not the releases" in said
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    members = _members(path)
    assert sorted(members) == [
        *("corpus.toml", "manifest.json", "private/roster.csv", "private/workspace.db"),
        *("rules/keep/more.txt", "rules/notes.txt"),
    ]
    assert study.key.hex().encode() not in path.read_bytes()
    assert json.loads(members["manifest.json"])["rows"]["transcripts"] == 3
    assert not list(study.private.glob("backup*"))
    assert not list(tmp_path.glob(".*"))


def test_with_the_key_it_says_that_this_is_everything(study: Workspace, tmp_path: Path) -> None:
    assert "the key, all there is" in ok(study.root, "backup", tmp_path / "b", "--with-key")
    assert _members(tmp_path / "b")["private/key"] == (study.private / "key").read_bytes()


def test_what_lies_outside_the_workspace_is_named(study: Workspace, tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    settings_ = study.root / "corpus.toml"
    settings_.write_text(settings_.read_text().replace('"rules"', '"../shared"'))
    assert "not ../shared" in ok(study.root, "backup", tmp_path / "b")
    assert not any("shared" in name or "rules" in name for name in _members(tmp_path / "b"))


def test_a_policy_that_is_named_without_its_ending_comes_along(
    study: Workspace, tmp_path: Path
) -> None:
    builtin = Path(__file__).parents[1] / "rules" / "policies" / "default.yaml"
    shutil.copy(builtin, study.root / "ours.yaml")
    settings_ = study.root / "corpus.toml"
    settings_.write_text(settings_.read_text().replace('policy = "default"', 'policy = "ours"'))
    ok(study.root, "backup", tmp_path / "b", "--with-key")
    ok(tmp_path / "again", "restore", tmp_path / "b")
    released(tmp_path / "again", "1.0.0")


def test_a_file_that_is_there_stays_without_force(study: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "b"
    path.write_text("mine")
    result = call(study.root, "backup", path)
    assert (result.exit_code, path.read_text()) == (2, "mine")
    assert "--force" in result.stderr
    ok(study.root, "backup", path, "--force")
    assert "private/workspace.db" in _members(path)


def test_what_is_no_file_is_never_replaced(study: Workspace, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    result = call(study.root, "backup", tmp_path / "pipe", "--force")
    assert result.exit_code == 2
    assert "is no file" in result.stderr
    assert (tmp_path / "pipe").is_fifo()


def test_links_among_the_rules_are_named_and_not_followed(study: Workspace, tmp_path: Path) -> None:
    (study.root / "rules" / "k.txt").symlink_to("../private/key")
    said = ok(study.root, "backup", tmp_path / "b")
    assert "not rules/k.txt: leads out of the workspace, or is a link" in said
    assert "rules/k.txt" not in _members(tmp_path / "b")
    assert (study.private / "key").read_bytes().strip() not in (tmp_path / "b").read_bytes()


@pytest.mark.parametrize(
    "name",
    ["releases/b", "private/key", "private/workspace.db-wal", "corpus.toml", "rules/notes.txt"],
)
def test_no_backup_among_releases_or_over_the_workspaces_own(study: Workspace, name: str) -> None:
    (study.root / "releases").mkdir()
    before = _tree(study.root)
    assert call(study.root, "backup", study.root / name, "--force").exit_code == 2
    assert _tree(study.root) == before


def test_a_backup_may_lie_in_private(study: Workspace, tmp_path: Path) -> None:
    ok(study.root, "backup", study.private / "b", "--with-key")
    ok(tmp_path / "again", "restore", study.private / "b")


def test_no_backup_while_another_process_works(study: Workspace, tmp_path: Path) -> None:
    code = (
        "from pathlib import Path; from corpus import workspace\n"
        f"with workspace.hold(Path({str(study.root)!r})): print(flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout
        other.stdout.readline()
        result = call(study.root, "backup", tmp_path / "b")
        other.communicate(b"\n")
    assert (result.exit_code, (tmp_path / "b").exists()) == (3, False)


def test_a_file_that_is_not_what_was_written_never_takes_its_name(
    study: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from corpus.backup import archive

    write = archive.write

    def losing(out: Any, *args: Any) -> None:
        write(out, *args)
        out.seek(-40_000, io.SEEK_END)
        out.write(b"\0\1\2\3")

    monkeypatch.setattr(archive, "write", losing)
    (tmp_path / "b").write_text("the last good one")
    result = call(study.root, "backup", tmp_path / "b", "--force")
    assert result.exit_code == 3
    assert "check the disk" in result.stderr
    assert (tmp_path / "b").read_text() == "the last good one"
    assert not list(tmp_path.glob(".*"))


class TestKey:
    """A backup without a key needs the one that made it, before anything is written."""

    @pytest.fixture
    def bare(self, study: Workspace, tmp_path: Path) -> Path:
        path = tmp_path / "bare.backup"
        backup(study, path)
        return path

    def test_without_one_nothing_is_written(self, bare: Path, tmp_path: Path) -> None:
        result = call(tmp_path / "again", "restore", bare)
        assert result.exit_code == 2
        assert "--key FILE" in result.stderr
        assert not (tmp_path / "again").exists()

    def test_another_one_is_refused(self, bare: Path, tmp_path: Path) -> None:
        (tmp_path / "other").write_text("ab" * 32)
        result = call(tmp_path / "again", "restore", bare, "--key", tmp_path / "other")
        assert result.exit_code == 2
        assert "another key" in result.stderr
        assert not (tmp_path / "again").exists()

    def test_a_copy_of_it_is_put_in_its_place(
        self, study: Workspace, bare: Path, tmp_path: Path
    ) -> None:
        ok(tmp_path / "again", "restore", bare, "--key", study.private / "key")
        assert workspaces.open_at(tmp_path / "again").key == study.key

    def test_that_of_the_workspace_stays(self, study: Workspace, bare: Path) -> None:
        ok(study.root, "restore", bare, "--replace")
        assert workspaces.open_at(study.root).key == study.key

    def test_a_workspace_with_another_one_is_left_alone(self, bare: Path, tmp_path: Path) -> None:
        other = workspaces.init(tmp_path / "other")
        before = _tree(other.root)
        assert call(other.root, "restore", bare, "--replace").exit_code == 2
        assert _tree(other.root) == before


class TestReplace:
    def test_a_workspace_is_left_alone_without_it(self, study: Workspace, saved: Path) -> None:
        before = _tree(study.root)
        result = call(study.root, "restore", saved)
        assert result.exit_code == 2
        assert "--replace" in result.stderr
        assert _tree(study.root) == before

    def test_a_folder_of_something_else_never_is_one(self, saved: Path, tmp_path: Path) -> None:
        (tmp_path / "photos").mkdir()
        (tmp_path / "photos" / "mine.jpg").write_text("x")
        result = call(tmp_path / "photos", "restore", saved, "--replace")
        assert result.exit_code == 2
        assert _tree(tmp_path / "photos") == {"mine.jpg": b"x"}

    def test_the_old_state_is_kept_and_the_new_one_is_that_of_the_backup(
        self, study: Workspace, saved: Path
    ) -> None:
        (study.root / "rules" / "later.txt").write_text("later")
        (study.root / "corpus.toml").write_text('[corpus]\nname = "later"\n')
        with study.registry() as registry, registry.transaction():
            registry._db.execute("DELETE FROM findings")  # noqa: SLF001, as after the backup
        said = ok(study.root, "restore", saved, "--replace")
        assert "before-restore" in said
        kept = study.private / "before-restore"
        assert (kept / "rules" / "later.txt").read_text() == "later"
        assert "later" in (kept / "corpus.toml").read_text()
        assert not (study.root / "rules" / "later.txt").exists()
        assert (study.root / "rules" / "notes.txt").exists()
        assert workspaces.open_at(study.root).config.name == "corpus"
        with study.registry() as registry:
            assert len(registry.findings_made_from()) == 3
        assert not any("findings VALUES" in row for row in _rows(kept / "private" / "workspace.db"))

    def test_what_an_earlier_one_kept_is_never_lost(self, study: Workspace, saved: Path) -> None:
        ok(study.root, "restore", saved, "--replace")
        before = _tree(study.root)
        result = call(study.root, "restore", saved, "--replace")
        assert result.exit_code == 2
        assert "delete it, or move it away" in result.stderr
        assert _tree(study.root) == before

    def test_not_while_another_program_has_the_database_open(
        self, study: Workspace, saved: Path
    ) -> None:
        with closing(sqlite3.connect(study.private / "workspace.db")) as other:
            other.execute("BEGIN")
            other.execute("SELECT count(*) FROM transcripts").fetchall()
            result = call(study.root, "restore", saved, "--replace")
        assert result.exit_code == 3
        assert "another program" in result.stderr
        assert sorted(p.name for p in study.private.glob("*restore*")) == []

    @pytest.mark.parametrize("lost", ["corpus.toml", "private/key", "private/workspace.db"])
    def test_it_brings_back_what_was_lost(self, study: Workspace, saved: Path, lost: str) -> None:
        (study.root / lost).unlink()
        ok(study.root, "restore", saved, "--replace")
        assert released(study.root, "1.0.0")


KILLED = """
import os, signal, sys
from pathlib import Path
left = int(sys.argv[4])
rename = Path.rename

def counted(self, target):
    global left
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
    left -= 1
    return rename(self, target)

Path.rename = counted
from corpus.backup import restore
restore(Path(sys.argv[1]), Path(sys.argv[2]), replace=sys.argv[3] == "replace")
"""


@pytest.mark.parametrize("into", ["new", "replace"])
def test_killed_at_any_rename_it_is_the_old_state_or_goes_on_to_the_new(
    study: Workspace, saved: Path, tmp_path: Path, into: str
) -> None:
    (study.root / "rules" / "later.txt").write_text("later")
    old = _rows(study.private / "workspace.db")
    (study.root / "corpus.toml").write_text('[corpus]\nname = "later"\n')
    for step in range(50):
        root = tmp_path / f"{into}{step}"
        if into == "replace":
            shutil.copytree(study.root, root)
        done = subprocess.run(
            [sys.executable, "-c", KILLED, saved, root, into, str(step)], check=False
        )
        if done.returncode == 0:
            break
        assert done.returncode == -signal.SIGKILL
        if (root / "private" / "restore").exists():
            for command in ("status", "ingest"):
                args = [saved] if command == "ingest" else []
                result = call(root, command, *args)
                assert result.exit_code == 2
                assert "run the same `corpus restore` command again" in result.stderr
            assert call(tmp_path, "init", root).exit_code == 2
        elif into == "replace":
            assert _rows(root / "private" / "workspace.db") == old
        restore(saved, root, replace=into == "replace")
        expected = {k: v for k, v in _tree(study.root).items() if "later" not in k}
        expected["corpus.toml"] = _members(saved)["corpus.toml"]
        tree = _tree(root)
        found = {k: v for k, v in tree.items() if not k.startswith("private/before-restore/")}
        assert found.keys() == expected.keys()
        assert found["corpus.toml"] == expected["corpus.toml"]
        if into == "replace":
            assert tree["private/before-restore/rules/later.txt"] == b"later"
            assert b"later" in tree["private/before-restore/corpus.toml"]
            assert _rows(root / "private/before-restore/private/workspace.db") == old
        assert not (root / "private" / "restore").exists()
    else:
        pytest.fail("it never came to an end")
    assert step > 5


def _tarred(*members: tarfile.TarInfo | tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for member in members:
            if isinstance(member, tarfile.TarInfo):
                tar.addfile(member)
            else:
                info = tarfile.TarInfo(member[0])
                info.size = len(member[1])
                tar.addfile(info, io.BytesIO(member[1]))
    return out.getvalue()


def _named(saved: Path, name: str) -> bytes:
    return _forged(saved, lambda files, _: files.update({name: b"x"}))


def _forged(saved: Path, change: Callable[[dict[str, bytes], dict[str, Any]], object]) -> bytes:
    """Return the backup with members and manifest changed, and the digests made to fit."""
    import hashlib

    members = _members(saved)
    manifest = json.loads(members.pop("manifest.json"))
    change(members, manifest)
    manifest["members"] = {
        name: {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        for name, data in members.items()
    }
    return _tarred(*members.items(), ("manifest.json", json.dumps(manifest).encode()))


def _special(kind: bytes, name: str = "rules/x") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, "/etc/passwd"
    return info


def _huge() -> bytes:
    info = tarfile.TarInfo("private/workspace.db")
    info.size = 1 << 50
    return info.tobuf(tarfile.GNU_FORMAT) + b"x" * 512


def _table(members: dict[str, bytes], sql: str) -> None:
    with closing(sqlite3.connect(":memory:")) as db:
        db.deserialize(members["private/workspace.db"])
        db.executescript(sql)
        members["private/workspace.db"] = db.serialize()


HOSTILE: dict[str, Callable[[Path], bytes]] = {
    "empty": lambda _: b"",
    "text": lambda _: b"no backup " * 1000,
    "other tar": lambda _: _tarred(("notes.txt", b"hello")),
    "zip": lambda _: b"PK\x03\x04" + bytes(600),
    "symlink": lambda _: _tarred(_special(tarfile.SYMTYPE)),
    "hard link": lambda _: _tarred(_special(tarfile.LNKTYPE)),
    "folder": lambda _: _tarred(_special(tarfile.DIRTYPE)),
    "device": lambda _: _tarred(_special(tarfile.CHRTYPE)),
    "long header": lambda _: _tarred(_special(tarfile.XHDTYPE)),
    "size beyond the end": lambda _: _huge(),
    "twice the same": lambda _: _tarred(("corpus.toml", b""), ("corpus.toml", b"")),
    "manifest is a list": lambda _: _tarred(("manifest.json", b"[]")),
    "manifest is deep": lambda _: _tarred(("manifest.json", b"[" * 100_000)),
    "manifest of another kind": lambda _: _tarred(("manifest.json", b'{"format": 1}')),
    "newer format": lambda p: _forged(p, lambda _, m: m.update(format=2)),
    "newer schema": lambda p: _forged(p, lambda _, m: m.update(schema=99)),
    "no schema": lambda p: _forged(p, lambda _, m: m.update(schema=0)),
    "text for a number": lambda p: _forged(p, lambda _, m: m.update(schema="3")),
    "unknown word": lambda p: _forged(p, lambda _, m: m.update(more=1)),
    "other counts": lambda p: _forged(p, lambda _, m: m["rows"].update(transcripts=4)),
    "no database": lambda p: _forged(p, lambda f, _: f.pop("private/workspace.db")),
    "no settings": lambda p: _forged(p, lambda f, _: f.pop("corpus.toml")),
    "settings too large": lambda p: _forged(
        p, lambda f, _: f.update({"corpus.toml": b"#" * 1_000_001})
    ),
    "settings too deep": lambda p: _forged(
        p, lambda f, _: f.update({"corpus.toml": b"a = " + b"[" * 100_000})
    ),
    "damaged database": lambda p: _forged(
        p,
        lambda f, _: f.update(
            {"private/workspace.db": f["private/workspace.db"][:8192] + b"\xff" * 8192}
        ),
    ),
    "trigger": lambda p: _forged(
        p,
        lambda f, _: _table(
            f, "CREATE TRIGGER t AFTER INSERT ON cohorts BEGIN DELETE FROM decisions; END"
        ),
    ),
    "view": lambda p: _forged(
        p, lambda f, _: _table(f, "DROP TABLE cohorts; CREATE VIEW cohorts AS SELECT 1")
    ),
    "file and folder": lambda p: _forged(p, lambda f, _: f.update({"rules/notes.txt/x": b""})),
    "case": lambda p: _forged(p, lambda f, _: f.update({"rules/NOTES.txt": b""})),
    **{
        f"name {name}": partial(_named, name=name)
        for name in (
            *(
                "../x",
                "/etc/x",
                "rules/../../x",
                "rules//x",
                "rules/./x",
                "rules/a\\b",
                "rules/\nx",
            ),
            *("elsewhere/x", "rules/.git/config", "private/workspace.db-wal", "private/lock"),
            *("releases/1.0.0/manifest.json", "private/restore/gone"),
        )
    },
    "rules that are all": lambda p: _forged(
        p,
        lambda f, _: f.update({"corpus.toml": b'[detect]\nrules = "."\n', "anything": b"x"}),
    ),
    "roster that is the log": lambda p: _forged(
        p,
        lambda f, _: f.update(
            {
                "corpus.toml": b'[detect]\nroster = "private/workspace.db-wal"\n',
                "private/workspace.db-wal": b"x",
            }
        ),
    ),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_is_refused_and_nothing_is_written(
    study: Workspace, saved: Path, tmp_path: Path, kind: str
) -> None:
    path = tmp_path / "hostile"
    path.write_bytes(HOSTILE[kind](saved))
    before = _tree(study.root)
    for root, options in ((tmp_path / "again", []), (study.root, ["--replace"])):
        result = call(root, "restore", path, *options)
        assert result.exit_code == 2, result.output
    assert not (tmp_path / "again").exists()
    assert _tree(study.root) == before


def test_too_many_members_are_refused(saved: Path, tmp_path: Path) -> None:
    path = tmp_path / "many"
    path.write_bytes(
        b"".join(tarfile.TarInfo(f"rules/{n}").tobuf(tarfile.USTAR_FORMAT) for n in range(10_002))
        + bytes(1024)
    )
    with pytest.raises(BackupError, match="damaged or cut off"):
        restore(path, tmp_path / "again")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7), cut=st.booleans())
def test_one_wrong_bit_or_a_cut_end_is_found_or_harmless(
    study: Workspace,
    saved: Path,
    tmp_path_factory: pytest.TempPathFactory,
    place: float,
    bit: int,
    *,
    cut: bool,
) -> None:
    folder = tmp_path_factory.mktemp("flip")
    data = bytearray(saved.read_bytes())
    at = int(place * len(data))
    if cut:
        del data[at:]
    else:
        data[at] ^= 1 << bit
    (folder / "b").write_bytes(data)
    try:
        restore(folder / "b", folder / "again")
    except CorpusError as error:
        assert error.exit_code == 2  # noqa: PT017, either way is right
        assert not (folder / "again").exists()
    else:
        again = _tree(folder / "again")
        assert again == {**_tree(study.root), "private/workspace.db": again["private/workspace.db"]}
        assert _rows(folder / "again/private/workspace.db") == _rows(study.private / "workspace.db")


def test_what_is_in_the_way_is_named_before_anything_is_touched(
    study: Workspace, saved: Path
) -> None:
    shutil.rmtree(study.root / "rules")
    (study.root / "rules").symlink_to(study.root.parent)
    result = call(study.root, "restore", saved, "--replace")
    assert result.exit_code == 2
    assert "is in the way" in result.stderr
    assert (study.private / "workspace.db").exists()
    assert not (study.private / "before-restore").exists()


def test_private_may_lie_on_another_disk(study: Workspace, saved: Path, tmp_path: Path) -> None:
    disk = Path("/dev/shm")  # noqa: S108, another file system
    if not disk.is_dir() or disk.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("there is no other file system here")
    import tempfile

    with tempfile.TemporaryDirectory(dir=disk) as folder:
        shutil.move(study.private, Path(folder) / "private")
        study.private.symlink_to(Path(folder) / "private")
        ok(study.root, "restore", saved, "--replace")
        assert (study.private / "before-restore" / "corpus.toml").exists()
        assert released(study.root, "1.0.0")


def test_a_missing_file_is_the_machines_fault(tmp_path: Path) -> None:
    with pytest.raises(MachineError, match="cannot be read"):
        restore(tmp_path / "none", tmp_path / "again")


def test_no_text_of_a_transcript_stands_in_the_manifest(saved: Path) -> None:
    assert SECRET.encode() not in _members(saved)["manifest.json"]
