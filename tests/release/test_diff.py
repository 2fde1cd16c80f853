"""What differs between two releases: from the manifests, and from the tables where they must be."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import corpus
from corpus.cli import main
from corpus.errors import ReleaseError
from corpus.model import Redacted, Withheld
from corpus.release import changes, claims, parquet
from corpus.release import manifest as manifests
from corpus.release.claims import About
from corpus.release.diff import Unwritten, diff
from corpus.release.read import Release, load
from corpus.release.write import write

Make = Callable[..., Path]


def _bare(transcript: Redacted) -> Redacted:
    """Show the employer that the transcript hides."""
    turn = transcript.turns[1]
    text = turn.text.replace("[EMPLOYER_1]", "Kestrel Loom")
    return replace(
        transcript,
        turns=(transcript.turns[0], replace(turn, text=text)),
        redactions=transcript.redactions[:1],
    )


def _told(transcript: Redacted) -> Redacted:
    """Say what found each mention, and what was kept."""
    redactions = tuple(replace(r, rule="model") for r in transcript.redactions)
    return replace(transcript, redactions=redactions, kept_by_decision=0)


@pytest.fixture
def changed(redacted: tuple[Redacted, ...]) -> tuple[Redacted, ...]:
    """Return the transcripts of a version to come: one gone, one new, one changed, one equal."""
    first, second, third = redacted
    return (first, _bare(second), replace(third, transcript_id="work_0009"))


@pytest.fixture
def later(made: Make, tmp_path: Path, changed: tuple[Redacted, ...], about: About) -> Release:
    policy = replace(about, policy_digest="sha256:other")
    return load(made(tmp_path / "later", redacted=changed, about=policy, withheld=()))


def test_transcripts_are_added_removed_changed_and_equal(release: Release, later: Release) -> None:
    found = corpus.diff(release, later)
    assert (found.added, found.removed, found.equal) == (("work_0009",), ("work_0003",), 1)
    assert [c.transcript_id for c in found.changed] == ["work_0001"]
    assert found.differs
    assert found.before.digest == release.digest
    assert found.after.logical_digest == later.manifest["logical_digest"]


def test_it_says_what_was_made_otherwise_and_counted(release: Release, later: Release) -> None:
    found = corpus.diff(release.path, str(later.path))
    differs = {key for key, (old, new) in found.made_with.items() if old != new}
    assert differs == {"policy_digest"}
    assert {"tool_version", "rules", "model", "roster", "access"} <= set(found.made_with)
    assert found.counts["totals"]["withheld"] == (1, 0)
    assert found.counts["withheld_by_reason"] == {"surface-survives": (1, 0)}
    assert found.counts["redactions_by_label"] == {"EMPLOYER": (3, 2), "PERSON": (3, 3)}
    assert found.counts["redactions_by_operator"] == {"pseudonym": (6, 5)}


def test_what_is_hidden_no_more_is_named_by_place(release: Release, later: Release) -> None:
    (change,) = corpus.diff(release, later).changed
    (standing,) = change.uncovered
    assert (standing.hidden.turn, standing.hidden.start, standing.hidden.end) == (1, 3, 15)
    assert [(p.turn, p.field, p.start, p.end) for p in standing.places] == [(1, "text", 3, 15)]
    assert not change.covered
    assert "Kestrel" not in repr(change)
    assert standing.hidden.rule == "employer-work-at"


def test_what_a_rule_did_is_counted(release: Release, later: Release) -> None:
    nothing = {"added": 0, "removed": 0, "otherwise": 0, "uncovered": 0, "covered": 0}
    there, back = corpus.diff(release, later), corpus.diff(later, release)
    assert there.causes == {"employer-work-at": {**nothing, "removed": 1, "uncovered": 1}}
    assert back.causes == {"employer-work-at": {**nothing, "added": 1, "covered": 1}}


def test_a_release_of_an_earlier_format_differs_in_what_both_say(
    tmp_path: Path, about: About
) -> None:
    """Format 2 tells neither what found a mention, nor what a reviewer keeps."""
    golden = Path(__file__).parents[2] / "fixtures" / "releases" / "2" / "1.0.0"
    former = load(golden)
    transcripts = [_told(transcript) for transcript in former]
    later = load(write(tmp_path, "2.0.0", redacted=transcripts, withheld=(), about=about))
    found = corpus.diff(former, later)
    assert (found.differs, found.equal) == (False, len(former))
    first, *others = transcripts
    bare = replace(first, kept=first.kept + 1)
    later = load(write(tmp_path, "3.0.0", redacted=[bare, *others], withheld=(), about=about))
    assert [c.transcript_id for c in corpus.diff(former, later).changed] == [first.transcript_id]


def test_a_release_does_not_differ_from_itself(release: Release) -> None:
    found = corpus.diff(release, release)
    assert not found.differs
    assert found.equal == len(release)
    assert all(old == new for counts in found.counts.values() for old, new in counts.values())


class _Counting:
    """A release that notes which transcripts are read of it."""

    def __init__(self, release: Release) -> None:
        self.manifest = release.manifest
        self.read: list[str] = []
        self._release = release

    def select(self, transcript_ids: Collection[str]) -> Iterable[Redacted]:
        self.read += transcript_ids
        return self._release.select(transcript_ids)


def test_only_what_changed_is_read(release: Release, later: Release) -> None:
    sides = _Counting(release), _Counting(later)
    diff(*sides)
    assert [side.read for side in sides] == [["work_0001"]] * 2


def _ruin(release: Release) -> None:
    for name in ("transcripts", "turns", "redactions"):
        (path,) = parquet.files(release.path, name)
        path.chmod(0o644)
        path.write_bytes(b"no table")


def test_no_table_is_read_where_no_transcript_changed(
    release: Release, made: Make, tmp_path: Path, redacted: tuple[Redacted, ...]
) -> None:
    shorter = load(made(tmp_path / "shorter", redacted=redacted[:2]))
    _ruin(release)
    _ruin(shorter)
    assert corpus.diff(release.path, shorter.path).removed == ("work_0003",)


def test_a_damaged_table_is_named_where_it_must_be_read(release: Release, later: Release) -> None:
    _ruin(later)
    with pytest.raises(ReleaseError, match="data: it cannot be read as a table"):
        corpus.diff(release.path, later.path)


def test_rows_that_are_not_those_of_the_manifest_are_refused(
    release: Release, later: Release
) -> None:
    for name in ("transcripts", "turns", "redactions"):
        (path,), (other,) = (parquet.files(r.path, name) for r in (later, release))
        path.chmod(0o644)
        path.write_bytes(other.read_bytes())
    with pytest.raises(ReleaseError, match="data, work_0001: its rows do not give the digest"):
        corpus.diff(release.path, later.path)


def test_another_format_is_refused_with_what_to_do(release: Release, later: Release) -> None:
    path = later.path / manifests.NAME
    path.chmod(0o644)
    path.write_bytes(json.dumps({"format": 99}).encode())
    with pytest.raises(ReleaseError, match="install a newer one"):
        corpus.diff(release.path, later.path)


def test_select_reads_some_in_order_and_knows_no_others(release: Release) -> None:
    wanted = ["work_0003", "science_0002"]
    assert [t.transcript_id for t in release.select(wanted)] == sorted(wanted)
    assert list(release.select([])) == []
    with pytest.raises(KeyError):
        list(release.select(["work_0404"]))


def _unwritten(
    transcripts: tuple[Redacted, ...], withheld: tuple[Withheld, ...], about: About
) -> Unwritten:
    contents = claims.contents(transcripts)
    said: dict[str, Any] = {"files": {}, "writer": {}, "date": None, "parent": None}
    manifest = claims.build("2.0.0", about, contents, withheld, **said)
    return Unwritten(manifest=manifest, transcripts=transcripts)


def test_the_changes_can_be_told_before_the_release_is_written(
    release: Release,
    changed: tuple[Redacted, ...],
    withheld: tuple[Withheld, ...],
    about: About,
    tmp_path: Path,
) -> None:
    page = changes.render(diff(release, _unwritten(changed, withheld, about)))
    path = write(tmp_path / "later", "2.0.0", redacted=changed, withheld=withheld, about=about)
    assert page == changes.render(corpus.diff(release.path, path))


def test_the_page_of_changes_counts_and_names_no_place(
    release: Release, changed: tuple[Redacted, ...], withheld: tuple[Withheld, ...], about: About
) -> None:
    other = replace(about, rules="sha256:other")
    page = changes.render(diff(release, _unwritten(changed, withheld, other)))
    assert (
        page
        == f"""\
# Changes in 2.0.0

Against 1.0.0, `{release.digest}`.

**Hidden before, standing now: 1 place in 1 transcript.**

## Transcripts

- added: 1, `work_0009`
- removed: 1, `work_0003`
- changed: 1
- equal: 1

| transcript | turns changed | words removed | words added | redactions added | removed \
| changed | hidden before, standing now | standing before, hidden now |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
| `work_0001` | 1 | 0 | 0 | 0 | 1 | 0 | 1 | 0 |

## By rule

| by | redactions added | removed | changed | hidden before, standing now \
| standing before, hidden now |
| --- | --- | --- | --- | --- | --- |
| `employer-work-at` | 0 | 1 | 0 | 1 | 0 |

## Made with

Other than before: `rules`.

## Counts

|  | 1.0.0 | 2.0.0 |
| --- | --- | --- |
| ingested | 4 | 4 |
| kept | 3 | 3 |
| placeholders | 0 | 0 |
| redactions | 6 | 5 |
| transcripts | 3 | 3 |
| turns | 6 | 6 |
| withheld | 1 | 1 |
| words | 33 | 34 |
| redactions by label: `EMPLOYER` | 3 | 2 |
| redactions by label: `PERSON` | 3 | 3 |
| redactions by mask: `direct` | 6 | 5 |
| redactions by operator: `pseudonym` | 6 | 5 |
| redactions by rule: `employer-work-at` | 3 | 2 |
| redactions by rule: `speakers` | 3 | 3 |
| transcripts by cohort: `science` | 1 | 1 |
| transcripts by cohort: `work` | 2 | 2 |
| withheld by reason: `surface-survives` | 1 | 1 |
"""
    )


def test_what_only_may_stand_is_counted_apart(
    release: Release, redacted: tuple[Redacted, ...], about: About
) -> None:
    first, second, third = redacted
    bare = _bare(second)
    turn = bare.turns[1]
    edited = replace(turn, text=f"We said {turn.text[3:]}")
    after = (first, replace(bare, turns=(bare.turns[0], edited)), third)
    found = diff(release, _unwritten(after, (), about))
    assert found.places() == {
        "uncovered": 0,
        "covered": 0,
        "uncovered_perhaps": 1,
        "covered_perhaps": 0,
    }
    page = changes.render(found)
    assert "Nothing that was hidden is seen to stand now.\n\nPerhaps standing now: 1 place" in page


def test_the_page_of_a_first_version_says_so() -> None:
    assert changes.alone("1.0.0", None) == "# Changes in 1.0.0\n\nThis is the first version.\n"


def test_the_page_says_where_the_transcripts_are_the_same(
    release: Release, redacted: tuple[Redacted, ...], about: About
) -> None:
    page = changes.render(diff(release, _unwritten(redacted, (), about)))
    assert "The transcripts are the same." in page
    assert "| withheld | 1 | 0 |" in page


@pytest.mark.parametrize("form", [[], ["--json"]], ids=["text", "json"])
def test_no_terminal_obeys_what_a_release_says(
    form: list[str],
    release: Release,
    made: Make,
    tmp_path: Path,
    redacted: tuple[Redacted, ...],
    about: About,
) -> None:
    odd = "\x1b[31m\x07\n\u202eHIDDEN"
    first, *others = redacted
    changed = (replace(first, turns=(replace(first.turns[0], text=odd), first.turns[1])), *others)
    named = replace(about, name=odd, policy=odd)
    path = made(tmp_path / "odd", redacted=changed, about=named)
    result = CliRunner().invoke(main, ["diff", str(release.path), str(path), "--text", *form])
    assert result.exit_code == 0, result.stderr
    assert not {"\x1b", "\x07", "\u202e"} & set(result.stdout)
    assert "\nHIDDEN" not in result.stdout.partition("STANDING IN")[2]
    assert "u202e" in result.stdout
