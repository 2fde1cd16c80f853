"""What is kept is read only where this user alone can have written it."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from corpus import rules
from corpus.errors import RuleError
from corpus.rules import cache, compiled

KEY = cache.key(b"looms")
KEPT = {"looms": [1, "ſ"]}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep what is kept in a folder of the test."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "corpus"


def only(folder: Path) -> Path:
    (found,) = folder.iterdir()
    return found


def test_what_is_kept_is_read_again_by_its_owner_alone(folder: Path) -> None:
    cache.write(KEY, KEPT)
    assert cache.read(KEY) == KEPT
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(only(folder).stat().st_mode) == 0o600


def test_another_key_reads_nothing(folder: Path) -> None:
    cache.write(KEY, KEPT)
    other = cache.key(b"sheds")
    assert cache.read(other) is None
    only(folder).rename(folder / f"rules-{other[:32]}")
    assert cache.read(other) is None


def test_a_file_that_was_changed_is_not_read(folder: Path) -> None:
    cache.write(KEY, KEPT)
    whole = only(folder).read_bytes()
    for changed in (whole[:-1], whole.replace(b"1", b"2"), b"", whole + b" ", whole[:64]):
        only(folder).write_bytes(changed)
        assert cache.read(KEY) is None
    cache.write(KEY, KEPT)
    assert cache.read(KEY) == KEPT


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_a_file_that_others_may_write_to_is_not_read(folder: Path, mode: int) -> None:
    cache.write(KEY, KEPT)
    only(folder).chmod(mode)
    assert cache.read(KEY) is None


@pytest.mark.parametrize("mode", [0o770, 0o777, 0o722])
def test_a_folder_that_others_may_write_to_is_not_used(folder: Path, mode: int) -> None:
    cache.write(KEY, KEPT)
    folder.chmod(mode)
    assert cache.read(KEY) is None
    assert not cache.is_usable()
    cache.write(cache.key(b"sheds"), KEPT)
    assert len(list(folder.iterdir())) == 1


def test_links_are_not_followed(folder: Path, tmp_path: Path) -> None:
    cache.write(KEY, KEPT)
    kept = only(folder)
    kept.rename(tmp_path / "elsewhere")
    kept.symlink_to(tmp_path / "elsewhere")
    assert cache.read(KEY) is None
    cache.write(KEY, KEPT)
    assert not kept.is_symlink()
    folder.rename(tmp_path / "other")
    folder.symlink_to(tmp_path / "other")
    assert cache.read(KEY) is None
    assert not cache.is_usable()


def test_a_pipe_in_its_place_does_not_hold_up(folder: Path) -> None:
    cache.write(KEY, KEPT)
    kept = only(folder)
    kept.unlink()
    os.mkfifo(kept)
    assert cache.read(KEY) is None


def test_what_belongs_to_somebody_else_is_not_read(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.write(KEY, KEPT)
    assert cache.read(KEY) == KEPT
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    assert cache.read(KEY) is None


@pytest.mark.parametrize("home", ["/dev/null", "/proc/nowhere", "relative"])
def test_where_nothing_can_be_kept_all_goes_on_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: str
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", home)
    monkeypatch.setenv("HOME", "/dev/null")
    assert not cache.is_usable()
    cache.write(KEY, KEPT)
    assert cache.read(KEY) is None
    assert len(compiled.ready([rules.builtin_folder()])) == len(
        rules.load([rules.builtin_folder()]).rules
    )


def test_only_the_latest_are_kept(folder: Path) -> None:
    for number in range(20):
        cache.write(cache.key(bytes([number])), KEPT)
    assert len(list(folder.iterdir())) == 16
    assert cache.read(cache.key(bytes([19]))) == KEPT


def test_a_text_that_holds_nothing_is_looked_through_without_yaml_and_regex(
    tmp_path: Path, folder: Path
) -> None:
    text = tmp_path / "plain.txt"
    text.write_text("The weather was fine.\n")
    call = f"try: main(['check', {str(text)!r}])\nexcept SystemExit: pass"
    code = f"import sys\nfrom corpus.cli import main\n{call}\nprint(*sys.modules)"
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )
    assert {"corpus.rules.sieve"} <= set(done.stdout.split())
    assert not {"yaml", "regex", "importlib.metadata", "corpus.rules.needs.walk"} & set(
        done.stdout.split()
    )
    assert len(list(folder.iterdir())) == 1


RULE = """\
- id: loom-number
  label: ID_NUMBER
  mask: direct
  pattern: 'loom \\d+'
  score: 0.9
  why: the number of a loom
  match: ['at loom 12', 'loom 3']
  miss: ['the loom']
  unless: [known]
"""


@pytest.mark.usefixtures("folder")
def test_rules_are_the_same_from_the_cache(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "own.yaml").write_text(RULE)
    (own / "words.yaml").write_text("known: [loom 7]")
    folders = [rules.builtin_folder(), own]
    first, again = compiled.ready(folders), compiled.ready(folders)
    assert [m.rule for m in first] == [m.rule for m in again]
    loaded = rules.load(folders)
    assert [(m.rule.id, m.rule.pattern, m.rule.origin) for m in again] == [
        (rule.id, rule.pattern, rule.origin) for rule in loaded.rules
    ]
    (matcher,) = (m for m in again if m.rule.id == "loom-number")
    assert [hit[:2] for hit in matcher.find("loom 7, loom 8", "loom 7, loom 8")] == [(8, 14)]


@pytest.mark.usefixtures("folder")
def test_a_rule_that_changes_without_a_trace_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "own" / "own.yaml"
    path.parent.mkdir()
    path.write_text(RULE.replace("  unless: [known]\n", ""))
    before = path.stat()
    assert compiled.ready([path.parent])[0].rule.label == "ID_NUMBER"
    path.write_text(path.read_text().replace("ID_NUMBER", "USERNAME "))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert compiled.ready([path.parent])[0].rule.label == "USERNAME"
    path.write_text(path.read_text().replace("why: the", "why: ''\n  whose: the"))
    with pytest.raises(RuleError):
        compiled.ready([path.parent])
