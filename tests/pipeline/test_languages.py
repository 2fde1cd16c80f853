"""A transcript with a passage that is not in English waits for a policy or a person."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from corpus import pipeline
from corpus import workspace as workspaces
from corpus.cli import main
from corpus.model import Redacted, Withheld
from corpus.redact import LANGUAGE_NOT_COVERED
from corpus.release.read import load
from corpus.renewal import Renewed
from corpus.workspace import Workspace

PASSAGES = tomllib.loads(
    (Path(__file__).parents[1] / "detect" / "passages.toml").read_text("utf-8")
)
GERMAN, SPANISH = PASSAGES["de"][1], PASSAGES["es"][0]
MIXED = "Interviewer: And how did it begin?\n\nP1: {}\n\nInterviewer: Thank you for telling me.\n"
ENGLISH = (
    "Interviewer: And how did it begin?\n\n"
    "P2: We all said Guten Morgen to the new tool and then nobody used it for a year.\n"
)


def _corpus(workspace: Workspace, *args: str | Path) -> Result:
    return CliRunner().invoke(main, [*map(str, args), "--workspace", str(workspace.root)])


def _set(workspace: Workspace, settings: str) -> Workspace:
    (workspace.root / "corpus.toml").write_text(f"[detect]\nmodel = false\n[redact]\n{settings}\n")
    return workspaces.open_at(workspace.root)


def _policy(workspace: Workspace, text: str) -> Workspace:
    (workspace.root / "own.yaml").write_text(
        f"why: ours\notherwise: placeholder\nthreshold: 0.35\nlabels: {{}}\n{text}\n"
    )
    return _set(workspace, 'policy = "own.yaml"')


def _outcomes(workspace: Workspace) -> dict[str, Redacted | Withheld]:
    with workspace.registry() as registry:
        return {r.outcome.transcript_id: r.outcome for r in registry.results()}


def _withheld(workspace: Workspace) -> dict[str, Withheld]:
    return {id_: o for id_, o in _outcomes(workspace).items() if isinstance(o, Withheld)}


def _stamp(workspace: Workspace, transcript_id: str) -> str:
    with workspace.registry() as registry:
        (stamp,) = (e.stamp for e in registry.entries() if e.transcript_id == transcript_id)
    return stamp


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """Write an interview with a German answer, one with a Spanish one, one in English."""
    folder = tmp_path / "sources"
    folder.mkdir()
    for number, text in enumerate((MIXED.format(GERMAN), MIXED.format(SPANISH), ENGLISH), 1):
        path = folder / f"{number}.md"
        path.write_text(f"**Transcript ID:** work_000{number}\n\n---\n\n{text}", "utf-8")
    return folder


@pytest.fixture
def study(workspace: Workspace, sources: Path) -> Workspace:
    pipeline.ingest(workspace, [str(sources)])
    pipeline.detect(workspace, workers=1)
    pipeline.redact(workspace, workers=1)
    return workspace


def test_it_is_withheld_with_the_place_and_the_language_and_no_text(study: Workspace) -> None:
    withheld = _withheld(study)
    assert sorted(withheld) == ["work_0001", "work_0002"]
    assert {o.reason for o in withheld.values()} == {LANGUAGE_NOT_COVERED}
    assert withheld["work_0001"].detail.startswith("de in turn 1 text ")
    assert withheld["work_0002"].detail.startswith("es in turn 1 text ")
    assert "Schreinerei" not in withheld["work_0001"].detail


def test_the_release_counts_it_by_reason(study: Workspace) -> None:
    released = pipeline.release(study, "1.0.0", workers=1)
    manifest = json.loads((released.path / "manifest.json").read_text("utf-8"))
    assert manifest["ingested"]["withheld_by_reason"] == {LANGUAGE_NOT_COVERED: 2}
    assert set(load(released.path).to_pandas("transcripts").transcript_id) == {"work_0003"}


@pytest.mark.parametrize(
    ("policy", "withheld"),
    [
        ("other_languages: keep", []),
        ("languages: [en, de]", ["work_0002"]),
        ("languages: [en, de, es]", []),
        ("", ["work_0001", "work_0002"]),
    ],
)
def test_a_policy_of_ones_own_may_release_it(
    study: Workspace, policy: str, withheld: list[str]
) -> None:
    own = _policy(study, policy)
    pipeline.redact(own, workers=1)
    assert sorted(_withheld(own)) == withheld


def test_show_tells_how_to_release_it_once_it_was_read(study: Workspace) -> None:
    shown = _corpus(study, "show", "work_0001", "--redacted")
    stamp = _stamp(study, "work_0001")
    assert shown.exit_code == 2
    assert LANGUAGE_NOT_COVERED in shown.stderr
    assert f'"{stamp}" into the list [redact] read in corpus.toml' in shown.stderr
    read = _set(study, f'read = ["{stamp}"]')
    assert pipeline.outdated(read) == (0, 1)
    assert pipeline.redact(read, workers=1) == Renewed(done=1, current=2)
    assert sorted(_withheld(read)) == ["work_0002"]
    assert GERMAN in _corpus(read, "show", "work_0001", "--redacted", "--json").stdout


def test_what_was_read_and_is_edited_is_withheld_again(study: Workspace, sources: Path) -> None:
    read = _set(study, f'read = ["{_stamp(study, "work_0001")}"]')
    pipeline.redact(read, workers=1)
    assert sorted(_withheld(read)) == ["work_0002"]
    path = sources / "1.md"
    path.write_text(path.read_text("utf-8") + f"\nP1: {PASSAGES['de'][0]}\n", "utf-8")
    pipeline.ingest(read, [str(sources)])
    pipeline.detect(read, workers=1)
    pipeline.redact(read, workers=1)
    assert sorted(_withheld(read)) == ["work_0001", "work_0002"]


def test_what_is_found_in_it_is_hidden_once_it_was_read(study: Workspace) -> None:
    (study.root / "private" / "roster.csv").write_text(
        "transcript_id,label,text\nwork_0001,LOCATION,Niederbach\n", "utf-8"
    )
    read = _set(study, f'read = ["{_stamp(study, "work_0001")}"]')
    pipeline.detect(read, workers=1)
    pipeline.redact(read, workers=1)
    outcome = _outcomes(read)["work_0001"]
    assert isinstance(outcome, Redacted)
    assert "Schreinerei in [LOCATION_1]" in outcome.turns[1].text
