"""What one transcript confirms reaches the others: some at once, the rest as proposals."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from corpus import pipeline, verdicts
from corpus import workspace as workspaces
from corpus.cli import main
from corpus.confirmed import is_propagated
from corpus.model import Finding, Redacted, Withheld
from corpus.redact import HIDDEN_ELSEWHERE
from corpus.registry import Registry
from corpus.release.read import load
from corpus.review.decisions import PROPOSED
from corpus.workspace import Workspace
from tests.conftest import without_model

Fill = Callable[[workspaces.Workspace, Mapping[str, str], str], None]

ROSTER = """\
transcript_id,label,text
work_0001,PERSON,Tjeerd Quist
work_0001,PERSON,Quillan
work_0001,EMPLOYER,Kestrel Weaving
work_0001,ID_NUMBER,QX-204417
work_0001,USERNAME,@quist_t
work_0001,WORK_TITLE,Moonlit Bobbins
work_0001,PERSON,Rose Will
"""
ALL = "Tjeerd Quist, Quillan, Kestrel Weaving, QX-204417, @quist_t, Moonlit Bobbins and Rose Will"


def _ingest(workspace: Workspace, texts: Mapping[str, str], roster: str = ROSTER) -> None:
    """Store interviews by ID, an answer each, and what is known of them."""
    lines = [
        json.dumps({"id": id_, "text": f"Interviewer: And?\n\nParticipant: {text}"})
        for id_, text in texts.items()
    ]
    source = workspace.root / "talks.jsonl"
    source.write_text("\n".join(lines))
    (workspace.private / "roster.csv").write_text(roster)
    pipeline.ingest(workspace, [str(source)])


def _findings(workspace: Workspace, id_: str) -> dict[str, Finding]:
    """Return a transcript's findings of some consequence, by their text."""
    with workspace.registry() as registry:
        transcript = registry.transcript(id_)
        return {transcript.text_of(f.span): f for f in registry.findings(id_) if f.mask != "none"}


def _states(workspace: Workspace, id_: str) -> dict[str, str]:
    return {
        text: "proposed" if finding.recognizer == PROPOSED else "found"
        for text, finding in _findings(workspace, id_).items()
    }


def _outcome(workspace: Workspace, id_: str) -> Redacted | Withheld:
    pipeline.redact(workspace, workers=1)
    with workspace.registry() as registry:
        (result,) = registry.results(id_)
    return result.outcome


def _said(workspace: Workspace, id_: str) -> str:
    outcome = _outcome(workspace, id_)
    assert isinstance(outcome, Redacted), outcome.reason
    return outcome.turns[-1].text


def _decide(workspace: Workspace, verdict: Callable[[dict[str, str]], str]) -> None:
    """Export the findings, fill the verdicts in and import them."""
    path = workspace.private / "findings.csv"
    verdicts.export(workspace, path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows({**row, "verdict": verdict(row)} for row in rows)
    verdicts.take(workspace, path)


def _on(text: str, id_: str, verdict: str) -> Callable[[dict[str, str]], str]:
    """Give a verdict on one text in one transcript; leave the others as they are."""
    return lambda row: (
        verdict if (row["text"], row["transcript_id"]) == (text, id_) else row["verdict"]
    )


@pytest.fixture
def two(workspace: Workspace) -> Workspace:
    """Make a workspace in which the second transcript names what the first confirms."""
    _ingest(workspace, {"work_0001": f"It is {ALL}.", "work_0002": f"We spoke of {ALL}."})
    pipeline.detect(workspace, workers=1)
    return workspace


def test_some_is_taken_over_at_once_and_some_proposed(two: Workspace) -> None:
    assert _states(two, "work_0002") == {
        "Tjeerd Quist": "found",
        "QX-204417": "found",
        "@quist_t": "found",
        "Rose Will": "found",
        "Quillan": "proposed",
        "Kestrel Weaving": "proposed",
        "Moonlit Bobbins": "proposed",
    }


def test_a_proposal_hides_nothing_and_what_is_taken_over_is_hidden(two: Workspace) -> None:
    assert _said(two, "work_0002") == (
        "We spoke of [PERSON_1], Quillan, Kestrel Weaving, [ID_NUMBER_1], [USERNAME_1],"
        " Moonlit Bobbins and [PERSON_2]."
    )


def test_what_came_says_from_how_many_transcripts_without_quoting(workspace: Workspace) -> None:
    roster = "transcript_id,label,text\n" + "".join(
        f"work_000{n},PERSON,Quillan Tree\nwork_000{n},EMPLOYER,Kestrel Weaving\n" for n in (1, 2)
    )
    text = "Quillan Tree of Kestrel Weaving."
    _ingest(workspace, {f"work_000{n}": f"{n}: {text}" for n in (1, 2, 3)}, roster)
    pipeline.detect(workspace, workers=1)
    came = _findings(workspace, "work_0003")
    assert {f.reason for f in came.values()} == {"hidden in 2 transcripts"}
    assert {f.rule for f in came.values()} == {"propagate.person", "propagate.employer"}


@pytest.mark.parametrize("text", ["I WILL go.", "a rose will bloom", "the other rose"])
def test_everyday_words_are_neither_taken_over_nor_proposed(
    workspace: Workspace, text: str
) -> None:
    roster = f"{ROSTER}work_0001,PERSON,Will\n"
    _ingest(workspace, {"work_0001": "It was Rose Will, yes, Will.", "work_0002": text}, roster)
    pipeline.detect(workspace, workers=1)
    assert _states(workspace, "work_0002") == {}
    assert _said(workspace, "work_0002") == text


@pytest.mark.parametrize(
    ("label", "text", "other"),
    [
        ("ID_NUMBER", "20417", "in 20417 cases"),
        ("ID_NUMBER", "3000000", "some 3000000 people"),
        ("USERNAME", "sunflower", "a Sunflower in the yard"),
        ("PERSON", "J. Mbeki", "asked J. Mbeki"),
        ("EMPLOYER", "Kestrel Weaving", "at Kestrel Weaving"),
    ],
)
def test_what_may_mean_something_else_is_only_proposed(
    workspace: Workspace, label: str, text: str, other: str
) -> None:
    roster = f"transcript_id,label,text\nwork_0001,{label},{text}\n"
    _ingest(workspace, {"work_0001": f"It is {text}.", "work_0002": other}, roster)
    pipeline.detect(workspace, workers=1)
    assert set(_states(workspace, "work_0002").values()) == {"proposed"}
    assert _said(workspace, "work_0002") == other


def test_a_single_word_that_is_nowhere_written_as_a_name_is_not_proposed(
    workspace: Workspace,
) -> None:
    roster = "transcript_id,label,text\nwork_0001,EMPLOYER,Zelkova\n"
    texts = {"work_0001": "At Zelkova.", "work_0002": "a zelkova", "work_0003": "Zelkova, zelkova"}
    _ingest(workspace, texts, roster)
    pipeline.detect(workspace, workers=1)
    assert _states(workspace, "work_0002") == {}
    assert set(_states(workspace, "work_0003")) == {"Zelkova", "zelkova"}


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("EMPLOYER", "Dropbox"),
        ("EMPLOYER", "Acme"),
        ("PERSON", "John Doe"),
        ("PERSON", "Dutch"),
        ("PERSON", "Sherlock"),
    ],
)
def test_what_keep_rules_and_public_lists_name_stays_where_it_is(
    workspace: Workspace, label: str, text: str
) -> None:
    roster = f"transcript_id,label,text\nwork_0001,{label},{text}\n"
    talks = {"work_0001": f"It is {text}.", "work_0002": f"There was {text}, yes."}
    _ingest(workspace, talks, roster)
    pipeline.detect(workspace, workers=1)
    with workspace.registry() as registry:
        assert not any(is_propagated(f) for f in registry.findings("work_0002"))


def test_parts_of_a_name_that_was_taken_over_are_hidden_as_well(workspace: Workspace) -> None:
    texts = {"work_0001": "Tjeerd Quist.", "work_0002": "Tjeerd Quist came. Then Tjeerd left."}
    _ingest(workspace, texts)
    pipeline.detect(workspace, workers=1)
    assert _said(workspace, "work_0002") == "[PERSON_1] came. Then [PERSON_1] left."


# -- verdicts -------------------------------------------------------------------------------


def test_a_confirmed_proposal_is_hidden_wherever_it_stands_in_the_transcript(
    workspace: Workspace,
) -> None:
    texts = {"work_0001": "Quillan.", "work_0002": "Quillan, not QUILLAN, no: quillan."}
    _ingest(workspace, texts)
    pipeline.detect(workspace, workers=1)
    _decide(workspace, _on("QUILLAN", "work_0002", "redact"))
    assert _said(workspace, "work_0002") == "[PERSON_1], not [PERSON_1], no: [PERSON_1]."


def test_a_rejected_proposal_stays_and_is_not_counted_any_more(two: Workspace) -> None:
    before = json.loads(_corpus(two, "status", "--json").stdout)["proposals"]
    _decide(two, _on("Quillan", "work_0002", "keep"))
    after = json.loads(_corpus(two, "status", "--json").stdout)["proposals"]
    assert (before, after) == (
        {"EMPLOYER": 1, "PERSON": 1, "WORK_TITLE": 1},
        {"EMPLOYER": 1, "WORK_TITLE": 1},
    )
    assert "Quillan" in _said(two, "work_0002")


def test_a_confirmed_proposal_outlives_what_it_came_from(two: Workspace) -> None:
    _decide(two, _on("Quillan", "work_0002", "redact"))
    assert "Quillan" not in _said(two, "work_0002")
    _decide(two, _on("Quillan", "work_0001", "keep"))
    assert "Quillan" in _said(two, "work_0001")
    assert "Quillan" not in _said(two, "work_0002")
    with two.registry() as registry:
        assert sum(result.stale for result in registry.results()) == 0


def test_a_confirmed_repeat_of_what_was_taken_over_is_never_shown_again(
    workspace: Workspace,
) -> None:
    texts = {"work_0001": "Tjeerd Quist.", "work_0002": "Tjeerd Quist came. Then Tjeerd left."}
    _ingest(workspace, texts)
    pipeline.detect(workspace, workers=1)
    _decide(workspace, _on("Tjeerd", "work_0002", "redact"))
    assert _said(workspace, "work_0002") == "[PERSON_1] came. Then [PERSON_1] left."
    _decide(workspace, _on("Tjeerd Quist", "work_0001", "keep"))
    assert _said(workspace, "work_0002") == "[PERSON_1] Quist came. Then [PERSON_1] left."


def test_a_verdict_confirms_for_other_transcripts(workspace: Workspace) -> None:
    texts = {f"work_000{n}": f"{n}: the firm Zelkova Yards." for n in (1, 2)}
    roster = "transcript_id,label,text\nwork_0001,EMPLOYER,Zelkova Yards\n"
    _ingest(workspace, texts, roster)
    pipeline.detect(workspace, workers=1)
    assert _states(workspace, "work_0002") == {"Zelkova Yards": "proposed"}
    _decide(workspace, _on("Zelkova Yards", "work_0001", "keep"))
    pipeline.propagate(workspace)
    assert _states(workspace, "work_0002") == {}


def test_a_reviewer_may_keep_what_was_taken_over(two: Workspace) -> None:
    _decide(two, _on("Tjeerd Quist", "work_0002", "keep"))
    assert "Tjeerd Quist" in _said(two, "work_0002")
    assert "Tjeerd Quist" not in _said(two, "work_0001")


# -- what the release must not show ---------------------------------------------------------


def test_what_another_transcript_hides_withholds_where_it_is_left_standing(
    two: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = Registry.findings

    def forgetful(self: Registry, id_: str) -> tuple[Finding, ...]:
        found = kept(self, id_)
        return tuple(f for f in found if id_ != "work_0002" or f.label != "ID_NUMBER")

    monkeypatch.setattr(Registry, "findings", forgetful)
    outcome = _outcome(two, "work_0002")
    assert isinstance(outcome, Withheld)
    assert outcome.reason == HIDDEN_ELSEWHERE
    assert "204417" not in outcome.detail
    released = pipeline.release(two, "1.0.0", workers=1)
    assert [w.transcript_id for w in released.summary.withheld] == ["work_0002"]
    manifest = json.loads((released.path / "manifest.json").read_text())
    assert manifest["ingested"]["withheld_by_reason"] == {HIDDEN_ELSEWHERE: 1}
    assert len(load(released.path)) == 1


def test_a_proposal_withholds_nothing(two: Workspace) -> None:
    assert len(load(pipeline.release(two, "1.0.0", workers=1).path)) == 2


# -- deterministic, and no more work than needed --------------------------------------------


def test_the_result_does_not_depend_on_the_order_or_on_what_was_there_before(
    tmp_path: Path,
) -> None:
    texts = {
        "work_0001": f"It is {ALL}.",
        "work_0002": "Tjeerd Quist, t.quist@kestrel-weaving.com, Quillan.",
        "work_0003": "T.QUIST@kestrel-weaving.com and Kestrel Weaving with Tjeerd, Quillan.",
        "work_0004": "tjeerd quist and moonlit bobbins, Moonlit Bobbins.",
    }
    results = []
    for seed in range(3):
        study = without_model(tmp_path / str(seed))
        order = list(texts)
        random.Random(seed).shuffle(order)
        for size in (seed + 1, len(order)):
            _ingest(study, {id_: texts[id_] for id_ in order[:size]})
            pipeline.detect(study, workers=1 + seed % 2)
        with study.registry() as registry:
            results.append({id_: registry.findings(id_) for id_ in texts})
    assert results[0] == results[1] == results[2]
    assert any(f.recognizer == PROPOSED for found in results[0].values() for f in found)


def test_a_further_form_that_taking_over_shows_is_taken_over_too(workspace: Workspace) -> None:
    """The third never meets the name that the first confirms, only its form in the second."""
    texts = {
        "work_0001": "Tjeerd Quist.",
        "work_0002": "Tjeerd Quist, whom they wrote Tjeerd-Quist.",
        "work_0003": "Signed, Tjeerd-Quist.",
        "work_0004": "Signed, Tjeerd Kwast.",
    }
    _ingest(workspace, texts)
    pipeline.detect(workspace, workers=1)
    assert _findings(workspace, "work_0002").keys() == {"Tjeerd Quist", "Tjeerd-Quist"}
    assert _states(workspace, "work_0003") == {"Tjeerd-Quist": "found"}
    assert _states(workspace, "work_0004") == {}
    assert _said(workspace, "work_0003") == "Signed, [PERSON_1]."


def test_nothing_is_done_again_while_nothing_changed(
    two: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline.redact(two, workers=1)

    def refuse(*_: object) -> None:
        raise AssertionError("read again")

    with monkeypatch.context() as patch:
        patch.setattr(Registry, "detected", refuse)
        assert pipeline.propagate(two).taken_over == 2
    assert pipeline.redact(two, workers=1).done == 0


def test_only_what_something_came_to_is_redacted_again(two: Workspace) -> None:
    pipeline.redact(two, workers=1)
    more = {"work_0003": "Nothing here.", "work_0004": "Our Zelkova Yards."}
    _ingest(two, more, ROSTER)
    assert pipeline.detect(two, workers=1).done == 2
    assert pipeline.redact(two, workers=1).done == 2


# -- what a steward sees --------------------------------------------------------------------


def _corpus(workspace: Workspace, *args: str) -> Result:
    return CliRunner().invoke(main, [*args, "--workspace", str(workspace.root)])


def test_the_command_says_what_came(two: Workspace) -> None:
    shown = _corpus(two, "propagate", "--json")
    assert json.loads(shown.stdout) == {"transcripts": 1, "taken_over": 2, "proposed": 3}
    assert "2 mentions taken over, 3 proposed, in 1 transcript" in _corpus(two, "propagate").stdout


def test_proposals_stand_in_the_spreadsheet_in_show_and_in_status(two: Workspace) -> None:
    path = two.private / "findings.csv"
    assert _corpus(two, "findings", "export", str(path)).exit_code == 0
    with path.open(encoding="utf-8-sig", newline="") as file:
        states = {(r["text"], r["transcript_id"]): r for r in csv.DictReader(file)}
    assert states["Quillan", "work_0002"]["state"] == "proposed"
    assert states["Quillan", "work_0002"]["reason"] == "hidden in another transcript"
    assert states["Quillan", "work_0001"]["state"] == "found"
    why = json.loads(_corpus(two, "show", "work_0002", "--why", "--json").stdout)
    assert {row["text"]: row["recognizer"] for row in why}["Quillan"] == PROPOSED
    summary = json.loads(_corpus(two, "status", "--json").stdout)
    assert summary["proposals"] == {"EMPLOYER": 1, "PERSON": 1, "WORK_TITLE": 1}
    assert summary["taken_over"] == 2
