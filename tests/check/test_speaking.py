"""What is said of a check: each finding on its own line, whatever the file is called."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings

from corpus.check.speaking import as_json, github, lines
from corpus.check.speaking.counts import Counts
from corpus.check.speaking.explained import explained, setting
from corpus.check.speaking.own import OWN, advice
from corpus.check.types import Fate, Place
from tests.check import said
from tests.check.said import fate, place, whole

_COUNTS = Counts(files={}, places={}, accepted=0, rules=1, seconds=0.0)


@pytest.mark.parametrize(
    ("found", "line"),
    [
        (place(), "notes.md:3:5: EMAIL_ADDRESS email (26 characters)"),
        (place(length=1), "notes.md:3:5: EMAIL_ADDRESS email (1 character)"),
        (place(level="warning"), "notes.md:3:5: warning: EMAIL_ADDRESS email (26 characters)"),
        (
            place(inside="table turns, row 12, column text", line=0),
            "notes.md: table turns, row 12, column text: EMAIL_ADDRESS email (26 characters)",
        ),
        (
            place(inside="cell 3"),
            "notes.md: cell 3, line 3, column 5: EMAIL_ADDRESS email (26 characters)",
        ),
        (whole(), "notes.md: TRANSCRIPT unregistered-transcript"),
        (whole(line=1, column=1), "notes.md: TRANSCRIPT unregistered-transcript"),
        (
            whole("unredacted-source", line=40, column=1),
            "notes.md:40:1: TRANSCRIPT unredacted-source",
        ),
    ],
)
def test_a_finding_is_one_line_in_its_form(found: Place, line: str) -> None:
    assert list(lines.findings([fate(found)])) == [line]


def test_what_could_not_be_read_is_told_with_its_reason() -> None:
    unread = replace(fate(treatment="unreadable"), why=("opened", "it is damaged"))
    assert list(lines.problems([unread, fate(place())])) == ["notes.md: not checked: it is damaged"]


def test_the_counts_name_only_what_there_is() -> None:
    fates = [
        *[fate(treatment="known")] * 3,
        fate(place(), place(level="warning")),
        *[fate()] * 7,
        fate(treatment="skipped"),
    ]
    counts = Counts.of(fates, rules=41, seconds=0.306)
    assert counts.line == (
        "checked 12 files (3 known, 8 scanned, 1 skipped) with 41 rules in 0.31 s"
    )
    assert counts.places == {"error": 1, "warning": 1}
    assert Counts.of([], rules=41, seconds=0).line == "checked 0 files with 41 rules in 0.00 s"


def test_the_counts_name_what_was_accepted_ignored_and_not_read() -> None:
    fates = [fate(treatment="ignored"), fate(treatment="unreadable")]
    line = Counts.of(fates, rules=1, seconds=1, accepted=2).line
    assert line == (
        "checked 2 files (1 ignored, 1 unreadable) with 1 rule in 1.00 s, 2 findings accepted"
    )


def test_the_counts_say_where_there_was_no_guard() -> None:
    counts = Counts.of([fate()], rules=2, seconds=1, has_guard=False)
    assert counts.line == "checked 1 file (1 scanned) with 2 rules in 1.00 s, no guard"
    assert json.loads(as_json.render([], counts))["guard"] is False


def test_advice_is_of_what_weighs_most() -> None:
    found = [
        fate(treatment="unreadable"),
        fate(place()),
        fate(whole()),
        fate(whole("unredacted-source")),
        fate(whole("recalled-release")),
    ]
    said_in_turn = [advice(found[: n + 1], stale=1) for n in range(len(found))]
    assert len(set(said_in_turn)) == len(found)
    assert "could not be read" in said_in_turn[0]
    assert "redact these places" in said_in_turn[1]
    assert said_in_turn[2:] == [
        OWN[rule].remedy
        for rule in ("unregistered-transcript", "unredacted-source", "recalled-release")
    ]


def test_advice_on_a_warning_gives_way_to_errors_and_files_that_were_not_read() -> None:
    warned = fate(place(rule="allow-unused", label="ALLOW", level="warning"))
    assert advice([warned], stale=1) == f"nothing blocks; {OWN['allow-unused'].remedy}"
    assert "could not be read" in advice([warned, fate(treatment="unreadable")])
    assert "prune" in advice([fate()], stale=1)
    assert not advice([fate(), fate(treatment="known")])


def test_an_explanation_tells_the_steps_in_order() -> None:
    told = replace(fate(place()), path="../notes.md", why=("not ignored", "in no release"))
    assert list(explained(told)) == [
        "../notes.md",
        "  its name for patterns and the baseline: notes.md",
        "  1. not ignored",
        "  2. in no release",
        "  so it was scanned; errors: 1, warnings: 0",
    ]
    assert list(setting(Path("corpus.toml"), None)) == ["settings: corpus.toml", "guard: none"]


def test_a_check_that_did_not_begin_says_so_in_every_form() -> None:
    assert json.loads(as_json.failed("no key"))["error"] == "no key"
    assert github.failed("no key, 100%") == "::error title=corpus check::no key, 100%25"


def test_github_gets_a_command_for_each_place() -> None:
    file, what = "file=a%2Cb%3Ac%25.md", "EMAIL_ADDRESS email (26 characters)"
    found = fate(place(path="a,b:c%.md"), place(level="warning", inside="cell 3"), whole())
    assert list(github.commands([replace(found, name="a,b:c%.md")])) == [
        f"::error {file},line=3,col=5,title=EMAIL_ADDRESS::EMAIL_ADDRESS email (26 characters)",
        f"::warning {file},title=EMAIL_ADDRESS::cell 3, line 3, column 5: {what}",
        f"::error {file},title=TRANSCRIPT::TRANSCRIPT unregistered-transcript",
    ]


def test_github_is_told_of_what_could_not_be_read() -> None:
    unread = replace(fate(treatment="unreadable"), why=("100% of it is damaged",))
    assert list(github.commands([unread])) == [
        "::error file=notes.md,title=not checked::100%25 of it is damaged"
    ]


def test_json_has_places_fates_and_counts() -> None:
    found = fate(place(print=said.PRINT))
    counts = Counts.of([found], rules=41, seconds=0.5, accepted=2)
    document = json.loads(as_json.render([found], counts, "redact"))
    assert document["counts"] == {
        "scanned": 1,
        "errors": 1,
        "warnings": 0,
        "accepted": 2,
        "rules": 41,
    }
    assert document["next"] == "redact"
    (file,) = document["files"]
    assert (file["path"], file["treatment"], file["why"]) == (
        "notes.md",
        "scanned",
        ["read as text"],
    )
    assert file["places"] == [
        {
            "inside": "",
            "line": 3,
            "column": 5,
            "length": 26,
            "label": "EMAIL_ADDRESS",
            "rule": "email",
            "level": "error",
        }
    ]


_COMMAND = re.compile(r"##(?:\[|vso\[)")


def _is_tame(line: str) -> bool:
    """Tell whether a line is one, in every way of breaking lines, and obeyed by nothing."""
    return (
        len(line.splitlines()) <= 1
        and line.isprintable()
        and not line.lstrip().startswith("::")
        and not _COMMAND.search(line)
    )


@given(said.fates())
@settings(max_examples=150)
def test_no_name_ends_a_line_or_commands_a_log(fates: list[Fate]) -> None:
    told = [*lines.findings(fates), *lines.problems(fates)]
    told += [line for one in fates for line in explained(one)]
    assert all(map(_is_tame, told))
    assert len(list(lines.findings(fates))) == sum(len(one.places) for one in fates)


@given(said.fates())
@settings(max_examples=150)
def test_a_name_adds_nothing_to_a_command_of_github(fates: list[Fate]) -> None:
    for command in github.commands(fates):
        assert command.isprintable()
        assert not _COMMAND.search(command)
        level, properties, message = re.fullmatch(r"::(\w+) ([^:]*)::(.*)", command).groups()  # type: ignore[union-attr]
        assert level in {"error", "warning"}
        keys = [part.partition("=")[0] for part in properties.split(",")]
        assert keys in (["file", "title"], ["file", "line", "col", "title"])
        assert re.fullmatch(r"(?:[^%]|%25)*", message)


@given(said.fates())
@settings(max_examples=150)
def test_json_is_ascii_and_every_text_in_it_is_text(fates: list[Fate]) -> None:
    written = as_json.render(fates, _COUNTS)
    assert written.isascii()
    assert all(line.isprintable() and not _COMMAND.search(line) for line in written.split("\n"))
    json.dumps(json.loads(written), ensure_ascii=False).encode("utf-8")
