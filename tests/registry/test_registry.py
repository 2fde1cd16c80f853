"""The workspace's database keeps what it is given, whole, until it no longer fits."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.consent import Terms
from corpus.errors import WorkspaceError
from corpus.model import Decision, Finding, Redacted, Span, Withheld
from corpus.registry import Registry
from corpus.registry.findings import Spread
from corpus.registry.outcomes import Result
from corpus.registry.transcripts import Entry
from tests.conftest import Build

FINDING = Finding(
    span=Span(turn=0, start=0, end=3),
    label="PERSON",
    mask="direct",
    score=0.5,
    rule="test",
    recognizer="patterns",
    reason="for a test",
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "workspace.db"


@pytest.fixture
def registry(path: Path) -> Iterator[Registry]:
    with Registry.open(path, create=True) as opened:
        yield opened


def _entry(id_: str, source_key: str | None = None) -> Entry:
    return Entry(
        transcript_id=id_,
        cohort=id_.rsplit("_", 1)[0],
        source_key=source_key,
        fingerprint="f",
        placeholders=0,
        words=3,
        turns=1,
    )


def _put(
    registry: Registry,
    build: Build,
    id_: str = "work_0001",
    *,
    text: str = "P: Ada met Fox",
    prints: tuple[str, ...] = (),
    source_key: str | None = None,
) -> None:
    with registry.transaction():
        registry.put(
            _entry(id_, source_key), source=text, turns=build(text, id_).turns, prints=prints
        )


def _outcome(id_: str) -> Redacted:
    return Redacted(transcript_id=id_, cohort="work", turns=(), redactions=())


def _make(registry: Registry, id_: str = "work_0001") -> None:
    """Store findings, a redaction and a decision."""
    with registry.transaction():
        registry.put_findings(id_, "rules", (FINDING,))
        registry.put_result("policy", Result(outcome=_outcome(id_), stale=0))
        registry.put_decisions([Decision(transcript_id=id_, anchor="f1", verdict="keep")])


def test_changed_content_drops_what_was_made_of_it_but_not_the_decisions(
    registry: Registry, transcript: Build
) -> None:
    _put(registry, transcript)
    _make(registry)
    _put(registry, transcript, text="P: Ada met Wolf")
    assert registry.findings_made_from() == {}
    assert registry.findings("work_0001") == ()
    assert registry.redacted_made_from() == {}
    assert list(registry.results()) == []
    assert len(registry.decisions()) == 1


def test_the_same_content_again_keeps_what_was_made_of_it(
    registry: Registry, transcript: Build
) -> None:
    _put(registry, transcript)
    _make(registry)
    _put(registry, transcript, source_key="P07")
    assert registry.findings("work_0001") == (FINDING,)
    assert registry.findings_made_from() == {"work_0001": "rules"}
    assert registry.redacted_made_from() == {"work_0001": "policy"}
    assert registry.entries() == [_entry("work_0001", "P07")]


def test_changed_content_leaves_other_transcripts_alone(
    registry: Registry, transcript: Build
) -> None:
    for id_ in ("work_0001", "work_0002"):
        _put(registry, transcript, id_)
        _make(registry, id_)
    _put(registry, transcript, "work_0001", text="P: Ada met Wolf")
    assert registry.findings_made_from() == {"work_0002": "rules"}
    assert registry.redacted_made_from() == {"work_0002": "policy"}


def test_a_transcript_comes_back_as_it_was_stored(registry: Registry, transcript: Build) -> None:
    text = "I: Hello \U0001f600\nP: Grüezi, Zoë"
    _put(registry, transcript, text=text)
    assert registry.transcript("work_0001") == transcript(text)


def test_an_unknown_transcript_is_named(registry: Registry) -> None:
    with pytest.raises(WorkspaceError, match="no transcript work_0009"):
        registry.transcript("work_0009")


def test_what_was_withheld_keeps_its_reason(registry: Registry, transcript: Build) -> None:
    _put(registry, transcript)
    withheld = Withheld(transcript_id="work_0001", cohort="work", reason="why", detail="turn 3")
    with registry.transaction():
        registry.put_result("policy", Result(outcome=withheld, stale=2))
    assert list(registry.results()) == [Result(outcome=withheld, stale=2)]


def test_the_high_water_mark_never_goes_down(registry: Registry, transcript: Build) -> None:
    for id_ in ("work_0500", "science_0002", "work_0500", "work_0003"):
        _put(registry, transcript, id_)
    assert registry.high_water() == {"science": 2, "work": 500}


def test_prints_of_an_earlier_state_are_forgotten(registry: Registry, transcript: Build) -> None:
    _put(registry, transcript, "work_0001", prints=("x", "y"))
    _put(registry, transcript, "work_0002", prints=("x",))
    _put(registry, transcript, "work_0001", text="P: other", prints=("y", "z"))
    assert registry.holders(["x", "y", "z", "unknown"]) == {
        "x": {"work_0002"},
        "y": {"work_0001"},
        "z": {"work_0001"},
    }


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_an_exception_inside_a_transaction_leaves_everything_as_it_was(
    registry: Registry, transcript: Build, error: type[BaseException]
) -> None:
    _put(registry, transcript, "work_0001")
    turns = transcript("P: x").turns
    with pytest.raises(error), registry.transaction():  # noqa: PT012, stored, then interrupted
        registry.put(_entry("work_0002"), source="P: x", turns=turns, prints=("x",))
        raise error
    assert [e.transcript_id for e in registry.entries()] == ["work_0001"]
    assert registry.holders(["x"]) == {}
    assert registry.high_water() == {"work": 1}
    _put(registry, transcript, "work_0003")
    assert [e.transcript_id for e in registry.entries()] == ["work_0001", "work_0003"]


@pytest.mark.parametrize(
    ("table", "column"), [("findings", "body"), ("redacted", "body"), ("transcripts", "content")]
)
def test_a_damaged_row_is_an_error_that_says_so(
    registry: Registry, transcript: Build, path: Path, table: str, column: str
) -> None:
    _put(registry, transcript)
    _make(registry)
    with closing(sqlite3.connect(path)) as other, other:
        other.execute(f"UPDATE {table} SET {column} = x'789c00'")  # noqa: S608, literals
    with pytest.raises(WorkspaceError, match="damaged") as caught:
        _read(registry, table)
    assert caught.value.exit_code == 2


def _read(registry: Registry, table: str) -> object:
    if table == "findings":
        return registry.findings("work_0001")
    if table == "redacted":
        return list(registry.results())
    return registry.transcript("work_0001")


def test_a_missing_database_is_an_error_and_is_not_made(path: Path) -> None:
    with pytest.raises(WorkspaceError, match="database is missing"):
        Registry.open(path)
    assert not path.exists()


def test_a_database_is_made_where_that_is_asked_for(path: Path) -> None:
    with Registry.open(path, create=True) as registry:
        assert registry.entries() == []
    assert path.exists()


def test_what_was_committed_is_there_when_the_database_is_opened_again(
    path: Path, transcript: Build
) -> None:
    with Registry.open(path, create=True) as registry:
        _put(registry, transcript)
    with Registry.open(path) as registry:
        assert registry.entries() == [_entry("work_0001")]


def test_decisions_are_dropped_by_transcript_and_finding(
    registry: Registry, transcript: Build
) -> None:
    for id_ in ("work_0001", "work_0002"):
        _put(registry, transcript, id_)
        _make(registry, id_)
    with registry.transaction():
        registry.drop_decisions([("work_0001", "f1"), ("work_0002", "another")])
    assert [d.transcript_id for d in registry.decisions()] == ["work_0002"]


def test_propagated_findings_stand_until_the_transcript_is_searched_again(
    registry: Registry, transcript: Build
) -> None:
    _put(registry, transcript)
    _make(registry)
    other = replace(FINDING, label="EMPLOYER")
    with registry.transaction():
        spread = Spread(findings=(FINDING, other), elsewhere=frozenset({"ada"}))
        registry.put_propagated("work_0001", "all", spread)
    assert registry.findings("work_0001") == (FINDING, other)
    assert registry.detected("work_0001") == (FINDING,)
    assert registry.elsewhere("work_0001") == {"ada"}
    with registry.transaction():
        registry.put_findings("work_0001", "other rules", (FINDING,))
    assert registry.findings("work_0001") == (FINDING,)
    assert registry.propagated("work_0001") == (FINDING, other)
    _put(registry, transcript, text="P: Ada met Wolf")
    assert registry.propagated("work_0001") == ()


def test_terms_replace_those_of_the_same_transcript_alone(
    registry: Registry, transcript: Build
) -> None:
    one = Terms(transcript_id="work_0001", participant_id="K01", consent="internal")
    two = Terms(
        transcript_id="work_0002",
        consent="release",
        embargo_until=dt.date(2031, 1, 31),
        access="restricted",
    )
    for terms in (one, two):
        _put(registry, transcript, terms.transcript_id)
    with registry.transaction():
        registry.put_terms([one, two])
    _put(registry, transcript, "work_0002", text="P: Ada met Wolf")
    with registry.transaction():
        registry.put_terms([replace(one, consent="refused")])
    assert registry.terms() == {"work_0001": replace(one, consent="refused"), "work_0002": two}
