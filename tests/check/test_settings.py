"""Settings of the check: found upwards, in one place, and never switched off by a slip."""

from __future__ import annotations

import os
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.check import settings
from corpus.check.settings import Settings
from corpus.errors import ConfigError, MachineError


def _pyproject(folder: Path, table: str) -> None:
    (folder / "pyproject.toml").write_text(f"[tool.corpus.check]\n{table}\n")


def test_without_settings_the_defaults_hold_and_the_root_is_the_folder(tmp_path: Path) -> None:
    assert settings.load(tmp_path) == Settings(root=tmp_path, top=tmp_path)
    assert settings.load(tmp_path / "..", tmp_path) == Settings(root=tmp_path, top=tmp_path)


def test_globs_begin_at_the_folder_of_the_settings(tmp_path: Path) -> None:
    study = tmp_path / "study"
    study.mkdir()
    _pyproject(study, 'guarded = ["/raw"]')
    found = settings.load(study, tmp_path)
    assert found.is_guarded("study/raw/a.md")
    assert not found.is_guarded("raw/a.md")
    assert settings.load(study / "paper", study).is_guarded("raw/a.md")
    assert not settings.load(study / "paper", study).is_guarded("paper/raw/a.md")


def test_within_a_repository_nothing_above_it_decides(tmp_path: Path) -> None:
    (tmp_path / "corpus.toml").write_text('[check]\nignore = ["*"]\n')
    top = tmp_path / "clone"
    (top / "deep").mkdir(parents=True)
    assert settings.load(top / "deep", top) == Settings(root=top, top=top)
    assert settings.load(tmp_path, top) == Settings(root=top, top=top)


def test_a_corpus_toml_without_the_table_leaves_those_above_in_force(tmp_path: Path) -> None:
    _pyproject(tmp_path, 'guarded = ["talks"]')
    study = tmp_path / "study"
    (study / "ours").mkdir(parents=True)
    (study / "corpus.toml").write_text('[detect]\nrules = "ours"\n')
    found = settings.load(study, tmp_path)
    assert found.is_guarded("talks/a.md")
    assert (found.root, found.rules) == (tmp_path, study / "ours")


def test_what_is_tracked_goes_before_what_is_not(tmp_path: Path) -> None:
    ours, theirs = tmp_path / "corpus.toml", tmp_path / "pyproject.toml"
    below = tmp_path / "below"
    below.mkdir()
    ours.write_text('[check]\nignore = ["*"]\n')
    (below / "corpus.toml").write_text('[check]\nignore = ["*"]\n')
    tracked = {ours: b'[check]\nguarded = ["talks"]\n'}
    found = settings.load(below, tmp_path, tracked)
    assert (found.ignore, found.guarded, found.root) == ((), ("talks",), tmp_path)
    assert settings.load(tmp_path, tmp_path, {ours: b""}).ignore == ()
    assert settings.load(tmp_path, tmp_path, {theirs: b""}).ignore == ("*",)


@pytest.mark.parametrize("name", ["corpus.toml", "pyproject.toml"])
def test_a_pipe_a_folder_or_a_link_to_nowhere_is_no_absence_of_settings(
    tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    os.mkfifo(path)
    with pytest.raises(MachineError, match="no regular file"):
        settings.load(tmp_path)
    path.unlink()
    path.mkdir()
    with pytest.raises(MachineError, match="no regular file"):
        settings.load(tmp_path)
    path.rmdir()
    path.symlink_to("nowhere")
    with pytest.raises(MachineError, match="leads nowhere"):
        settings.load(tmp_path)


@pytest.mark.parametrize("name", ["corpus.toml", "pyproject.toml"])
def test_what_is_nested_too_deeply_or_too_large_is_bad_input(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(f"corpus = {'[' * 100_000}")
    with pytest.raises(ConfigError):
        settings.load(tmp_path)
    (tmp_path / name).write_text("# corpus\n" * (settings.LARGEST // 9 + 1))
    with pytest.raises(ConfigError, match="more than 4 MiB"):
        settings.load(tmp_path)


def test_corpus_toml_is_found_from_a_folder_below(tmp_path: Path) -> None:
    (tmp_path / "corpus.toml").write_text('[check]\nguarded = ["interviews"]\n')
    (tmp_path / "rules").mkdir()
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    found = settings.load(below)
    assert found.root == tmp_path
    assert found.rules == tmp_path / "rules"
    assert found.is_guarded("interviews/x.md")


def test_pyproject_serves_where_it_has_the_table(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "corpus"\n')
    below = tmp_path / "below"
    below.mkdir()
    _pyproject(tmp_path, 'labels = ["PERSON"]\nlargest = 8')
    assert settings.load(below).labels == ("PERSON",)
    assert settings.load(below).largest == 8
    (below / "pyproject.toml").write_text('[tool.corpus]\nother = "corpus"\n')
    assert settings.load(below).root == tmp_path


def test_a_workspace_may_have_its_settings_in_pyproject(tmp_path: Path) -> None:
    (tmp_path / "corpus.toml").write_text('[corpus]\nname = "talks"\n')
    _pyproject(tmp_path, 'ignore = ["*.log"]')
    assert settings.load(tmp_path).ignores("a/b.log")


def test_settings_in_two_places_are_an_error(tmp_path: Path) -> None:
    (tmp_path / "corpus.toml").write_text('[check]\nmasks = ["direct"]\n')
    _pyproject(tmp_path, 'masks = ["quasi"]')
    with pytest.raises(ConfigError, match="keep one of the two"):
        settings.load(tmp_path)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("maks = []", r"\[tool.corpus.check\] maks: unknown setting"),
        ("masks = []", "must name one of direct, quasi"),
        ('masks = ["none"]', "must be of direct, quasi"),
        ('labels = ["NAME"]', "must be of PERSON"),
        ('guarded = "interviews"', "must be a list of strings"),
        ('guarded = [""]', "no empty pattern"),
        ('ignore = ["/"]', "no empty pattern"),
        ('guarded = ["[z-a]"]', "no pattern of file names"),
        ("largest = 0", "must be 1 to 4096"),
        ('largest = "8"', "must be a whole number"),
        ('unregistered = "no"', "must be of error, warning, off"),
        ('model = "always"', "must be of transcripts, prose, never"),
        ('thresholds = "low"', "must be of high-recall"),
        ('baseline = "/etc/passwd"', "must be a path below"),
        ('baseline = "../baseline.json"', "must be a path below"),
        ("masks = [", "not valid TOML"),
        ("masks = = 1", r"not valid TOML \(.*line 2"),
    ],
)
def test_what_does_not_hold_names_file_and_setting(tmp_path: Path, line: str, said: str) -> None:
    _pyproject(tmp_path, line)
    with pytest.raises(ConfigError, match=said) as caught:
        settings.load(tmp_path)
    assert str(tmp_path / "pyproject.toml") in str(caught.value)


@pytest.mark.parametrize(
    ("glob", "yes", "no"),
    [
        ("*.csv", ["a.csv", "x/y/a.csv"], ["a.csvx", "a.cs"]),
        ("interviews", ["interviews/a", "x/interviews/b/c", "interviews"], ["interviewsx/a"]),
        ("data/", ["data/a", "x/data/b"], ["mydata/a"]),
        ("/data/*.md", ["data/a.md"], ["data/x/a.md", "x/data/a.md"]),
        ("data/**", ["data/a", "data/x/y"], ["x/data/a"]),
        ("data/**/raw", ["data/raw/a", "data/x/y/raw"], ["data/rawer"]),
        ("**/raw", ["raw", "x/raw/y"], ["xraw"]),
        ("a?.md", ["ab.md"], ["a/.md", "abc.md"]),
        ("[ab].md", ["a.md", "x/b.md"], ["c.md"]),
        ("[!ab].md", ["c.md"], ["a.md"]),
        ("a*b*c?[de]*", ["axbyczd", "x/abbccde"], ["a/b/ccd", "abcd"]),
        ("**/a*/b", ["ax/b", "ax/c/ay/b/d"], ["ax/c/b", "b"]),
        ("**", ["a", "a/b"], []),
        ("odd\nname*", ["odd\nname.txt"], ["odd name.txt"]),
        ("a+b(c).md", ["a+b(c).md"], ["aab(c).md"]),
    ],
)
def test_globs(glob: str, yes: list[str], no: list[str]) -> None:
    ignoring = Settings(ignore=(glob,))
    assert [name for name in (*yes, *no) if ignoring.ignores(name)] == yes
    assert not Settings().ignores(yes[0])


def test_guarded_are_names_in_capitals_as_well() -> None:
    found = Settings(guarded=("Data/raw",), ignore=("*.log",))
    assert found.is_guarded("data/RAW/a.md")
    assert not found.ignores("a.LOG")


@given(st.text("ab*?", min_size=1, max_size=8), st.text("ab.", min_size=1, max_size=12))
def test_a_pattern_of_one_part_means_what_it_does_elsewhere(glob: str, name: str) -> None:
    assert Settings(ignore=(glob,)).ignores(name) == fnmatchcase(name, glob)


@pytest.mark.parametrize("glob", ["*a" * 40 + "b", "**/" * 40 + "b", "**/a/" * 40 + "b"])
def test_no_pattern_takes_forever(glob: str) -> None:
    assert not Settings(ignore=(glob,)).ignores("a/" * 200 + "a" * 300)
