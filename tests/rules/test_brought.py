"""What the built-in rules need comes with the package, and is what would be worked out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from corpus import rules
from corpus.rules import remembered
from corpus.rules.matching import find, matchers
from corpus.rules.remembered import Needs
from corpus.rules.ruleset import Rule
from scripts.needs import rendered
from tests.detect.test_patterns import RULE


@pytest.mark.slow
def test_it_is_up_to_date() -> None:
    assert remembered.BROUGHT.read_text("utf-8") == rendered(), "run `make needs`"


def test_the_first_check_works_nothing_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(remembered, "work_out", _never)
    ready = matchers(rules.load([rules.builtin_folder()]))
    assert [hit.rule.id for hit in find(ready, "write to ada@kestrel-loom.com")] == ["email"]
    assert list(tmp_path.iterdir()) == []


def test_only_the_stewards_own_are_worked_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    asked: list[str] = []
    work_out = remembered.work_out

    def noting(own: list[Rule]) -> dict[str, object]:
        asked.extend(rule.id for rule in own)
        return work_out(own)

    monkeypatch.setattr(remembered, "work_out", noting)
    brought = rules.load([rules.builtin_folder()]).rules
    own = replace(RULE, origin="steward")
    for _ in range(2):
        needs = Needs((*brought, own))
        assert needs.are_known(1)
        assert needs.of(own) is not None
    assert asked == [RULE.id]


def _never(_: object) -> dict[str, object]:
    raise AssertionError("something was worked out")
