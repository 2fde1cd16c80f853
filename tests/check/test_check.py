"""The commit hook: each place once, and nothing that was not looked at passes as clean."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from corpus import check
from corpus.errors import ConfigError, DetectorError, RuleError

LEAK = "Mail me: ada.brook@kestrel-loom.com please\n"
QUASI = "I moved there in March 2019 for good.\n"
OWN_RULE = """\
- id: own-kettle
  label: ID_NUMBER
  mask: direct
  pattern: 'kettle zz\\d{4}'
  score: 1.0
  why: the kettles of our house
  match: ['my kettle zz1234']
  miss: ['kettle z1']
"""


def _file(folder: Path, content: str | bytes, name: str = "notes.md") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def _settings(folder: Path, masks: str) -> None:
    (folder / "corpus.toml").write_text(f"[check]\nmasks = {masks}\n")


def _treated(checked: check.Checked) -> dict[str, int]:
    return dict(Counter(fate.treatment for fate in checked.fates))


def _labels(folder: Path, content: str | bytes) -> list[str]:
    checked = check.check([_file(folder, content)], start=folder)
    assert _treated(checked) == {"scanned": 1}
    return [place.label for place in checked.places]


def test_what_identifies_by_itself_is_reported_with_its_place(tmp_path: Path) -> None:
    path = _file(tmp_path, f"Fine.\n{LEAK}")
    (place,) = check.check([path], start=tmp_path).places
    assert (place.path, place.line, place.column, place.length) == (str(path), 2, 10, 26)
    assert (place.label, place.rule) == ("EMAIL_ADDRESS", "email")


def test_columns_count_code_points(tmp_path: Path) -> None:
    (place,) = check.check([_file(tmp_path, f"\U0001f600é {LEAK}")], start=tmp_path).places
    assert (place.line, place.column, place.length) == (1, 13, 26)


def test_what_only_narrows_down_is_left_alone_unless_the_settings_ask(tmp_path: Path) -> None:
    assert _labels(tmp_path, QUASI + LEAK) == ["EMAIL_ADDRESS"]
    _settings(tmp_path, '["direct", "quasi"]')
    assert _labels(tmp_path, QUASI + LEAK) == ["DATE", "EMAIL_ADDRESS"]
    _settings(tmp_path, '["quasi"]')
    assert _labels(tmp_path, QUASI + LEAK) == ["DATE"]


def test_settings_are_found_from_a_folder_below_theirs(tmp_path: Path) -> None:
    _settings(tmp_path, '["quasi"]')
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    assert _labels(below, QUASI + LEAK) == ["DATE"]


def test_the_stewards_own_rules_are_used(tmp_path: Path) -> None:
    text = "I have kettle zz4711 here.\n"
    assert _labels(tmp_path, text) == []
    (tmp_path / "corpus.toml").write_text('[detect]\nrules = "ours"\n')
    (tmp_path / "ours").mkdir()
    (tmp_path / "ours" / "own.yaml").write_text(OWN_RULE)
    assert _labels(tmp_path, text) == ["ID_NUMBER"]


def test_a_broken_rule_of_the_steward_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "corpus.toml").write_text("")
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "own.yaml").write_text("- id: own-kettle\n")
    with pytest.raises(RuleError, match="own-kettle"):
        check.check([_file(tmp_path, LEAK)], start=tmp_path)


def test_a_rule_without_end_stops_the_check_and_names_the_file(tmp_path: Path) -> None:
    endless = OWN_RULE.replace("kettle zz\\d{4}", "(?:z|z|zz)+kettle(?!!)")
    endless = endless.replace("my kettle zz1234", "zkettle")
    _settings(tmp_path, '["direct"]')
    (tmp_path / "rules").mkdir()
    _file(tmp_path / "rules", endless, "own.yaml")
    with pytest.raises(DetectorError, match=r"long\.md: rule own-kettle took over 2 seconds"):
        check.check([_file(tmp_path, "z" * 5000 + "kettle!", "long.md")], start=tmp_path)


def test_an_address_inside_a_link_is_one_place(tmp_path: Path) -> None:
    link = "https://www.kestrel-loom.com/ada?u=ada.brook@kestrel-loom.com"
    path = _file(tmp_path, f"see {link} there\n")
    (place,) = check.check([path], start=tmp_path).places
    assert (place.label, place.column, place.level) == ("EMAIL_ADDRESS", 40, "error")
    (tmp_path / "corpus.toml").write_text("[check]\nstrict = true\n")
    (place,) = check.check([path], start=tmp_path).places
    assert (place.label, place.column, place.length) == ("URL", 5, len(link))


TURNS = """\
**Interviewer:** Thank you for the time, how is it going with the move to the new place?

**P7:** It is fine, I read of it at https://www.kestrel-loom.com/moves and then we did it.

"""


@pytest.mark.parametrize(
    ("name", "content", "levels"),
    [
        ("notes.md", "See https://www.kestrel-loom.com/moves for the rest of it.\n", {"warning"}),
        ("code.py", "MOVES = 'https://www.kestrel-loom.com/moves'\n" * 9, set()),
        ("code.py", f"MAIL = '{LEAK.strip()}'\n" * 9, {"error"}),
        ("talk.md", TURNS * 4, {"error", "warning"}),
        ("short.md", TURNS, {"warning"}),
    ],
)
def test_what_a_file_is_decides_what_blocks(
    tmp_path: Path, name: str, content: str, levels: set[str]
) -> None:
    checked = check.check([_file(tmp_path, content, name)], start=tmp_path, depth="fast")
    assert {place.level for place in checked.places} == levels
    (tmp_path / "corpus.toml").write_text("[check]\nstrict = true\n")
    checked = check.check([tmp_path / name], start=tmp_path, depth="fast")
    assert "error" in {place.level for place in checked.places}


def test_a_guarded_path_takes_released_files_alone(tmp_path: Path) -> None:
    (tmp_path / "corpus.toml").write_text('[check]\nguarded = ["talks"]\n')
    (tmp_path / "talks").mkdir()
    fine = _file(tmp_path, "Nothing in it.\n", "talks/a.md")
    image = _file(tmp_path, b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8, "talks/b.png")
    checked = check.check([fine], start=tmp_path)
    assert [(p.rule, p.level) for p in checked.places] == [("unregistered-transcript", "error")]
    assert check.check([image], start=tmp_path).exit_code == 3


def test_two_places_on_a_line_are_both_reported_in_reading_order(tmp_path: Path) -> None:
    text = "ada.brook@kestrel-loom.com and tom.fell@kestrel-loom.com\n"
    checked = check.check([_file(tmp_path, text)], start=tmp_path)
    assert [place.column for place in checked.places] == [1, 32]


@pytest.mark.parametrize(
    "content",
    [
        b"a NUL \0 here\n" + LEAK.encode(),
        b"odd bytes \xfa\x81\xc3 here, and \xe2\x82 there\n" + LEAK.encode(),
        "in Latin-1: caf\xe9\n".encode("latin-1") + LEAK.encode(),
        ("marked\n" + LEAK).encode("utf-16"),
        b"\xef\xbb\xbf" + LEAK.encode(),
    ],
    ids=["nul", "odd bytes", "latin-1", "utf-16", "utf-8 with a mark"],
)
def test_a_text_that_is_damaged_or_in_another_encoding_is_looked_through(
    tmp_path: Path, content: bytes
) -> None:
    assert _labels(tmp_path, content) == ["EMAIL_ADDRESS"]


def test_what_is_plainly_no_text_is_named_as_skipped(tmp_path: Path) -> None:
    image = _file(tmp_path, b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8, "photo.png")
    checked = check.check([image], start=tmp_path)
    assert (_treated(checked), checked.places) == ({"skipped": 1}, ())


def test_an_empty_file_is_clean(tmp_path: Path) -> None:
    assert _labels(tmp_path, "") == []
    assert _labels(tmp_path, " \n") == []


def test_a_file_that_cannot_be_read_is_named_beside_the_places_of_the_others(
    tmp_path: Path,
) -> None:
    first, last = _file(tmp_path, LEAK, "first.md"), _file(tmp_path, LEAK, "last.md")
    gone = tmp_path / "gone.md"
    checked = check.check([first, gone, last], start=tmp_path)
    assert [place.path for place in checked.places] == [str(first), str(last)]
    assert [fate.path for fate in checked.fates if fate.treatment == "unreadable"] == [str(gone)]
    assert _treated(checked) == {"scanned": 2, "unreadable": 1}
    assert checked.exit_code == 3


def test_a_file_that_cannot_be_read_makes_the_command_exit_3_after_it_lists_the_places(
    tmp_path: Path,
) -> None:
    leak = _file(tmp_path, LEAK)
    command = [sys.executable, "-m", "corpus.cli", "check", "gone.md", str(leak)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert f"{leak}:1:10: EMAIL_ADDRESS" in done.stdout
    assert "gone.md: not checked: cannot be read" in done.stderr
    assert "kestrel" not in done.stdout + done.stderr


@pytest.mark.parametrize("masks", ['["drect"]', "[]", '["direct", "none"]', '"direct"'])
def test_masks_that_would_switch_the_check_off_are_an_error(tmp_path: Path, masks: str) -> None:
    _settings(tmp_path, masks)
    with pytest.raises(ConfigError, match=r"\[check\] masks"):
        check.check([_file(tmp_path, LEAK)], start=tmp_path)
