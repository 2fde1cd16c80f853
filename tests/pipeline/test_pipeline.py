"""The stages redo what is out of date, all of it, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus import pipeline
from corpus import workspace as workspaces
from corpus.errors import CorpusError, PolicyError, ReleaseError, RuleError, WorkspaceError
from corpus.model import Decision, Role
from corpus.release.read import load
from corpus.renewal import Renewed
from corpus.review import table
from corpus.workspace import Workspace

ADA = """\
Interviewer: How can I reach you?

P1: Write to ada.brook@kestrel-loom.com if you like.
"""
TOM = """\
Interviewer: And where do you keep your notes?

P2: All of it goes to tom.fell@kestrel-loom.com at night, with kettle zz4711.
"""
RULE = """\
- id: own-kettle
  label: ID_NUMBER
  mask: direct
  pattern: 'kettle zz\\d{4}'
  score: 1.0
  why: the kettles of our house
  match: ['my kettle zz1234']
  miss: ['kettle z1']
"""
POLICY = """\
why: {why}
otherwise: {otherwise}
threshold: 0.35
labels: {{}}
"""


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """Write two interviews into a folder."""
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "ada.txt").write_text(ADA)
    (folder / "tom.txt").write_text(TOM)
    return folder


@pytest.fixture
def ingested(workspace: Workspace, sources: Path) -> Workspace:
    """Make a workspace with the two interviews."""
    pipeline.ingest(workspace, [str(sources)])
    return workspace


@pytest.fixture
def redacted(ingested: Workspace) -> Workspace:
    """Make a workspace in which everything is up to date."""
    _detect(ingested)
    _redact(ingested)
    return ingested


def _detect(workspace: Workspace) -> Renewed:
    return pipeline.detect(workspace, workers=1)


def _redact(workspace: Workspace) -> Renewed:
    return pipeline.redact(workspace, workers=1)


def _set(workspace: Workspace, settings: str) -> Workspace:
    (workspace.root / "corpus.toml").write_text(f"[detect]\nmodel = false\n{settings}")
    return workspaces.open_at(workspace.root)


def _add_rule(workspace: Workspace, text: str = RULE) -> None:
    (workspace.root / "rules").mkdir(exist_ok=True)
    (workspace.root / "rules" / "own.yaml").write_text(text)


def _id_of(workspace: Workspace, word: str) -> str:
    with workspace.registry() as registry:
        (id_,) = (
            e.transcript_id
            for e in registry.entries()
            if word in registry.transcript(e.transcript_id).source
        )
    return id_


def _text(workspace: Workspace, id_: str) -> str:
    """Return what would be released of a transcript."""
    with workspace.registry() as registry:
        (result,) = registry.results(id_)
    return repr(result.outcome)


def _decide(workspace: Workspace, word: str, note: str = "") -> None:
    """Keep the first finding of a transcript."""
    id_ = _id_of(workspace, word)
    with workspace.registry() as registry, registry.transaction():
        row = next(table.rows(registry.transcript(id_), registry.findings(id_), (), workspace.key))
        registry.put_decisions(
            [Decision(transcript_id=id_, anchor=row.mention.anchor, verdict="keep", note=note)]
        )


def _count(workspace: Workspace) -> int:
    with workspace.registry() as registry:
        return len(registry.entries())


# -- what is out of date --------------------------------------------------------------------


def test_what_is_up_to_date_is_not_redone(redacted: Workspace) -> None:
    assert _detect(redacted) == Renewed(done=0, current=2)
    assert _redact(redacted) == Renewed(done=0, current=2)
    assert pipeline.outdated(redacted) == (0, 0)


def test_each_stage_reduces_what_is_out_of_date(ingested: Workspace) -> None:
    assert pipeline.outdated(ingested) == (2, 2)
    assert _detect(ingested) == Renewed(done=2, current=0)
    assert pipeline.outdated(ingested) == (0, 2)
    assert _redact(ingested) == Renewed(done=2, current=0)
    assert pipeline.outdated(ingested) == (0, 0)


def test_a_verdict_alone_redacts_its_transcript_alone(redacted: Workspace) -> None:
    ada, tom = _id_of(redacted, "ada.brook"), _id_of(redacted, "tom.fell")
    before = _text(redacted, tom)
    assert "ada.brook" not in _text(redacted, ada)
    _decide(redacted, "ada.brook")
    assert pipeline.outdated(redacted) == (0, 1)
    assert _detect(redacted).done == 0
    assert _redact(redacted) == Renewed(done=1, current=1)
    assert "ada.brook@kestrel-loom.com" in _text(redacted, ada)
    assert _text(redacted, tom) == before


def test_a_verdict_that_is_taken_back_redacts_again(redacted: Workspace) -> None:
    ada = _id_of(redacted, "ada.brook")
    before = _text(redacted, ada)
    _decide(redacted, "ada.brook")
    _redact(redacted)
    with redacted.registry() as registry, registry.transaction():
        registry.drop_decisions([(d.transcript_id, d.anchor) for d in registry.decisions()])
    assert _redact(redacted) == Renewed(done=1, current=1)
    assert _text(redacted, ada) == before


def test_another_note_on_a_verdict_redacts_nothing(redacted: Workspace) -> None:
    _decide(redacted, "ada.brook", note="a public address")
    _redact(redacted)
    _decide(redacted, "ada.brook", note="as she told us")
    assert _redact(redacted) == Renewed(done=0, current=2)


def test_another_policy_alone_redacts_everything_and_searches_nothing(
    redacted: Workspace,
) -> None:
    ada = _id_of(redacted, "ada.brook")
    assert "[EMAIL_ADDRESS_1]" in _text(redacted, ada)
    other = _set(redacted, '[redact]\npolicy = "placeholder"\n')
    assert pipeline.outdated(other) == (0, 2)
    assert _detect(other).done == 0
    assert _redact(other) == Renewed(done=2, current=0)
    assert "[EMAIL_ADDRESS]" in _text(redacted, ada)


def test_a_policy_of_ones_own_counts_by_what_it_does(redacted: Workspace) -> None:
    path = redacted.root / "own.yaml"
    path.write_text(POLICY.format(why="for now", otherwise="placeholder"))
    other = _set(redacted, '[redact]\npolicy = "own.yaml"\n')
    assert _redact(other).done == 2
    path.write_text(POLICY.format(why="for good", otherwise="placeholder"))
    assert _redact(other).done == 0
    path.write_text(POLICY.format(why="for good", otherwise="mask"))
    assert _redact(other).done == 2


def test_other_settings_redo_nothing(redacted: Workspace) -> None:
    other = _set(redacted, '[corpus]\nname = "other"\n[ingest]\ncohort = "science"\n')
    assert pipeline.outdated(other) == (0, 0)


def test_a_new_rule_searches_and_redacts_everything_again(redacted: Workspace) -> None:
    tom = _id_of(redacted, "tom.fell")
    assert "zz4711" in _text(redacted, tom)
    _add_rule(redacted)
    assert pipeline.outdated(redacted) == (2, 2)
    assert _detect(redacted) == Renewed(done=2, current=0)
    assert pipeline.outdated(redacted) == (0, 2)
    assert _redact(redacted) == Renewed(done=2, current=0)
    assert "zz4711" not in _text(redacted, tom)


def test_a_new_roster_searches_and_redacts_everything_again(redacted: Workspace) -> None:
    (redacted.private / "roster.csv").write_text("transcript_id,label,text\n,ID_NUMBER,zz4711\n")
    assert pipeline.outdated(redacted) == (2, 2)
    assert _detect(redacted).done == 2
    assert _redact(redacted).done == 2
    assert "zz4711" not in _text(redacted, _id_of(redacted, "tom.fell"))


def test_findings_that_were_made_anew_alone_redact_their_transcript_alone(
    redacted: Workspace,
) -> None:
    ada = _id_of(redacted, "ada.brook")
    with redacted.registry() as registry, registry.transaction():
        registry.put_findings(ada, "other rules", ())
    assert _redact(redacted) == Renewed(done=1, current=1)
    assert "ada.brook@kestrel-loom.com" in _text(redacted, ada)


def test_an_edited_transcript_alone_is_searched_and_redacted_again(
    redacted: Workspace, sources: Path
) -> None:
    ada = _id_of(redacted, "ada.brook")
    more = "\nInterviewer: Or else?\n\nP1: To ada@kestrel-loom.com.\n"
    (sources / "ada.txt").write_text(ADA + more)
    pipeline.ingest(redacted, [str(sources)])
    assert _count(redacted) == 2
    assert pipeline.outdated(redacted) == (1, 1)
    assert _detect(redacted) == Renewed(done=1, current=1)
    assert _redact(redacted) == Renewed(done=1, current=1)
    assert "ada@kestrel-loom.com" not in _text(redacted, ada)


def test_what_was_not_searched_is_not_redacted(ingested: Workspace) -> None:
    with pytest.raises(WorkspaceError, match="not searched"):
        _redact(ingested)
    with ingested.registry() as registry:
        assert list(registry.results()) == []


# -- ingest ---------------------------------------------------------------------------------


def test_a_bad_file_stops_an_ingest_and_nothing_is_stored(
    workspace: Workspace, sources: Path
) -> None:
    (sources / "bad.txt").write_text("No speaker here at all.\n")
    with pytest.raises(CorpusError, match=r"bad\.txt"):
        pipeline.ingest(workspace, [str(sources)])
    assert _count(workspace) == 0


def test_bad_files_are_left_out_by_name_where_that_is_asked_for(
    workspace: Workspace, sources: Path
) -> None:
    (sources / "bad.txt").write_text("No speaker here at all.\n")
    (sources / "empty.txt").write_text("")
    (sources / "twin.txt").write_text(TOM)
    done = pipeline.ingest(workspace, [str(sources)], on_error="skip")
    assert [n.entry.transcript_id for n in done.numbered] == ["work_0001", "work_0002"]
    assert _count(workspace) == 2
    named = [str(error) for error in done.skipped]
    assert len(named) == 3
    assert all(any(name in error for error in named) for name in ("bad.txt", "empty.txt"))
    assert any("tom.txt" in error and "twin.txt" in error for error in named)


def test_a_cohort_that_is_no_prefix_is_refused(workspace: Workspace, sources: Path) -> None:
    with pytest.raises(WorkspaceError, match="cohort 'Big Co'"):
        pipeline.ingest(workspace, [str(sources)], cohort="Big Co")


def test_the_cohort_of_the_settings_is_the_prefix_unless_another_is_named(
    workspace: Workspace, sources: Path
) -> None:
    other = _set(workspace, '[ingest]\ncohort = "science"\n')
    pipeline.ingest(other, [str(sources / "ada.txt")])
    pipeline.ingest(other, [str(sources / "tom.txt")], cohort="art")
    assert (_id_of(other, "ada.brook"), _id_of(other, "tom.fell")) == ("science_0001", "art_0001")


# -- run and release ------------------------------------------------------------------------


def _role(workspace: Workspace, version: str, speaker: int) -> Role:
    """Return the role of one of the two speakers in a release."""
    (released,) = load(workspace.releases / version)
    return released.turns[speaker].role


def test_roles_that_were_changed_reach_the_release_after_another_ingest(
    workspace: Workspace, tmp_path: Path
) -> None:
    source = tmp_path / "talk.txt"
    source.write_text("Chris: How are you?\n\nMorgan: Well.\n\nChris: Good.\n\nMorgan: Yes.\n")
    changes = ((1, "interviewer"), (0, "participant"), (0, "other"))
    for minor, (speaker, role) in enumerate(changes):
        name = ("Chris", "Morgan")[speaker]
        changed = _set(workspace, f'[roles]\n{role} = ["{name}"]\n')
        pipeline.run(changed, [str(source)], f"1.{minor}.0", workers=1)
        assert _role(changed, f"1.{minor}.0", speaker) == role
    assert _role(workspace, "1.0.0", 1) == "interviewer"


def test_run_brings_everything_up_to_date(workspace: Workspace, sources: Path) -> None:
    ingested, released = pipeline.run(workspace, [str(sources)], "1.0.0", workers=1)
    assert len(ingested.numbered) == released.summary.redacted == len(load(released.path)) == 2
    assert pipeline.outdated(workspace) == (0, 0)


def test_run_with_a_broken_rule_stores_nothing(workspace: Workspace, sources: Path) -> None:
    _add_rule(workspace, RULE.replace("miss: ['kettle z1']", "miss: ['kettle zz0001']"))
    (workspace.root / "rules" / "broken.yaml").write_text("- id: half\n")
    with pytest.raises(RuleError, match="half"):
        pipeline.run(workspace, [str(sources)], "1.0.0", workers=1)
    _assert_untouched(workspace)


def test_run_with_a_broken_policy_stores_nothing(workspace: Workspace, sources: Path) -> None:
    (workspace.root / "own.yaml").write_text("why: none\n")
    other = _set(workspace, '[redact]\npolicy = "own.yaml"\n')
    with pytest.raises(PolicyError, match=r"own\.yaml"):
        pipeline.run(other, [str(sources)], "1.0.0", workers=1)
    _assert_untouched(other)


def test_run_with_an_unknown_policy_stores_nothing(workspace: Workspace, sources: Path) -> None:
    other = _set(workspace, '[redact]\npolicy = "lenient"\n')
    with pytest.raises(PolicyError, match="lenient"):
        pipeline.run(other, [str(sources)], "1.0.0", workers=1)
    _assert_untouched(other)


def test_run_with_a_broken_roster_stores_nothing(workspace: Workspace, sources: Path) -> None:
    (workspace.private / "roster.csv").write_text("transcript_id,text\n,zz4711\n")
    with pytest.raises(RuleError, match=r"roster\.csv"):
        pipeline.run(workspace, [str(sources)], "1.0.0", workers=1)
    _assert_untouched(workspace)


def test_run_into_a_version_that_is_no_version_or_is_there_stores_nothing(
    workspace: Workspace, sources: Path
) -> None:
    with pytest.raises(ReleaseError):
        pipeline.run(workspace, [str(sources)], "first", workers=1)
    _assert_untouched(workspace)
    pipeline.run(workspace, [str(sources / "ada.txt")], "1.0.0", workers=1)
    with pytest.raises(ReleaseError):
        pipeline.run(workspace, [str(sources)], "1.0.0", workers=1)
    assert _count(workspace) == 1


def _assert_untouched(workspace: Workspace) -> None:
    assert _count(workspace) == 0
    assert not workspace.releases.exists()


def test_an_empty_workspace_has_no_release(workspace: Workspace) -> None:
    with pytest.raises(WorkspaceError, match="holds no transcripts"):
        pipeline.release(workspace, "1.0.0", workers=1)
    assert not workspace.releases.exists()
