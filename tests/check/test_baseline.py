"""The baseline: what was accepted stays so wherever it stands, and nothing else does."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.check import allow, baseline, baseline_file, prints
from corpus.check.baseline import Baseline, Entry
from corpus.check.types import Fate, Place
from corpus.errors import InputError, MachineError
from tests.check import said
from tests.check.said import fate, place, whole

KEY = b"k" * 32
EMPTY = baseline_file.empty(KEY)
PATH = Path("corpus-baseline.json")
LEAK = "ada.brook@kestrel-loom.com"


def _mail(surface: str = LEAK, *, name: str = "notes.md", **given_: Any) -> Place:
    return place(path=name, print=prints.of_surface(KEY, name, "email", surface), **given_)


def _written(*fates: Fate, so_far: Baseline = EMPTY, reason: str = "of a shop") -> Baseline:
    return baseline.written(fates, so_far, reason)


def _left(accepted: Baseline, *fates: Fate) -> list[int]:
    return [p.line for one in baseline.apply(fates, accepted).fates for p in one.places]


def test_what_was_written_is_accepted_wherever_it_stands() -> None:
    accepted = _written(fate(_mail(line=3), _mail("b@c.de", line=4)))
    applied = baseline.apply([fate(_mail("B@c.de ", line=9), _mail(line=40))], accepted)
    assert applied.fates[0].places == ()
    assert applied.fates[0].why[-1] == "findings the baseline accepts: 2"
    assert (applied.accepted, applied.stale) == (2, ())


def test_moving_lines_changes_nothing_in_the_file() -> None:
    before = _written(fate(_mail(line=3), _mail("b@c.de", line=4)))
    after = _written(fate(_mail("b@c.de", line=1), _mail(line=99)), so_far=before, reason="")
    assert baseline_file.render(after) == baseline_file.render(before)


def test_a_further_occurrence_is_a_finding() -> None:
    accepted = _written(fate(_mail(line=3)))
    assert _left(accepted, fate(_mail(line=3), _mail(line=8))) == [8]


def test_another_text_another_rule_and_another_file_are_findings() -> None:
    accepted = _written(fate(_mail()))
    assert _left(accepted, fate(_mail("x@y.de"))) == [3]
    other = place(rule="url", print=prints.of_surface(KEY, "notes.md", "url", LEAK))
    assert _left(accepted, fate(other)) == [3]
    assert _left(accepted, fate(_mail(name="new.md"), name="new.md")) == [3]


def test_a_print_counts_in_its_own_file_only() -> None:
    accepted = _written(fate(_mail()))
    assert _left(accepted, fate(_mail(), name="copied-entry.md")) == [3]


def test_a_file_as_a_whole_is_accepted_as_it_is() -> None:
    def transcript(sha256: str) -> Fate:
        rule = "unregistered-transcript"
        return fate(whole(rule, print=prints.of_file(KEY, "notes.md", rule, sha256)))

    accepted = _written(transcript("aa"))
    assert _left(accepted, transcript("aa")) == []
    assert _left(accepted, transcript("ab")) == [0]


def test_without_prints_nothing_is_accepted_or_written() -> None:
    assert _written(fate(place())).entries == ()
    assert _left(_written(fate(_mail())), fate(place())) == [3]


def test_an_allow_that_does_nothing_is_not_accepted() -> None:
    idle = _mail(label="ALLOW", rule="allow-without-reason")
    assert _written(fate(idle)).entries == ()


@pytest.mark.parametrize("rule", sorted(allow.NEVER))
def test_an_unredacted_interview_and_its_like_are_never_accepted(rule: str) -> None:
    found = fate(whole(rule, print=prints.of_file(KEY, "notes.md", rule, "aa")))
    assert _written(found).entries == ()
    as_another = Entry(
        path="notes.md",
        rule="email",
        label="EMAIL_ADDRESS",
        print=found.places[0].print,
        count=9,
        reason="all is well",
    )
    for forged in (as_another, replace(as_another, rule=rule)):
        planted = replace(EMPTY, entries=(forged,))
        applied = baseline.apply([found], planted)
        assert (applied.fates[0].places, applied.accepted) == (found.places, 0)
        assert baseline.audit(planted, [found])[0].is_stale
        assert _written(found, so_far=planted).entries == ()


def test_what_only_the_model_finds_stays_where_it_did_not_read() -> None:
    person = place(rule="model.person", print=prints.of_surface(KEY, "notes.md", "model", "Ada"))
    accepted = _written(fate(person, _mail()))
    unread = replace(fate(), is_whole=False)
    assert [stale.entry.rule for stale in baseline.apply([unread], accepted).stale] == ["email"]
    assert [entry.rule for entry in _written(unread, so_far=accepted).entries] == ["model.person"]
    assert _written(fate(), so_far=accepted).entries == ()


def test_an_entry_without_a_reason_accepts_nothing() -> None:
    accepted = _written(fate(_mail()))
    blank = replace(accepted, entries=tuple(replace(e, reason="  ") for e in accepted.entries))
    applied = baseline.apply([fate(_mail())], blank)
    assert (len(applied.fates[0].places), applied.accepted) == (1, 0)
    with pytest.raises(InputError, match="--reason"):
        _written(fate(_mail()), so_far=blank, reason="")
    assert _written(fate(_mail()), so_far=blank).entries == accepted.entries


def test_entries_that_stay_keep_their_reasons_and_new_ones_need_one() -> None:
    first = _written(fate(_mail()), reason="the first")
    both = fate(_mail(), _mail("x@y.de", line=4))
    with pytest.raises(InputError, match=r"1 of the findings.* --reason"):
        _written(both, so_far=first, reason=" ")
    reasons = {e.reason for e in _written(both, so_far=first, reason="the second").entries}
    assert reasons == {"the first", "the second"}


def test_more_of_the_same_needs_a_reason_and_less_does_not() -> None:
    twice = _written(fate(_mail(), _mail(line=4)), reason="both")
    with pytest.raises(InputError, match="--reason"):
        _written(fate(*[_mail()] * 3), so_far=twice, reason="")
    (entry,) = _written(fate(_mail()), so_far=twice, reason="").entries
    assert (entry.count, entry.reason) == (1, "both")


def test_files_that_were_not_looked_at_stay_as_they_are() -> None:
    accepted = _written(fate(_mail()), fate(_mail(name="b.md"), name="b.md"))
    renewed = _written(fate(), fate(name="b.md", treatment="unreadable"), so_far=accepted)
    assert [entry.path for entry in renewed.entries] == ["b.md"]


def test_what_is_found_no_more_is_stale_where_the_file_was_looked_at() -> None:
    accepted = _written(fate(_mail(), _mail(line=4)), fate(_mail(name="b.md"), name="b.md"))
    (stale,) = baseline.apply([fate(_mail())], accepted).stale
    assert (stale.entry.path, stale.entry.count, stale.found) == ("notes.md", 2, 1)
    assert baseline.apply([fate(treatment="unreadable")], accepted).stale == ()
    (known,) = baseline.apply([fate(treatment="known")], accepted).stale
    assert known.found == 0


def test_an_audit_tells_stale_gone_and_unreadable() -> None:
    accepted = _written(
        *(fate(_mail(name=n), name=n) for n in ("a.md", "b.md", "c.md", "d.md")),
    )
    now = [
        fate(_mail(name="a.md"), name="a.md"),
        fate(name="b.md"),
        fate(name="c.md", treatment="unreadable"),
    ]
    audited = baseline.audit(accepted, now)
    assert [(a.entry.path, a.found, a.exists, a.is_stale) for a in audited] == [
        ("a.md", 1, True, False),
        ("b.md", 0, True, True),
        ("c.md", None, True, False),
        ("d.md", 0, False, True),
    ]
    assert [e.path for e in baseline.pruned(accepted, audited).entries] == ["a.md", "c.md"]


def test_pruning_lowers_a_count() -> None:
    accepted = _written(fate(_mail(), _mail(line=4)))
    audited = baseline.audit(accepted, [fate(_mail())])
    (entry,) = baseline.pruned(accepted, audited).entries
    assert (entry.count, entry.reason) == (1, "of a shop")


entries = st.builds(
    Entry,
    path=said.names,
    rule=st.sampled_from(["email", "phone-us"]),
    label=st.just("PERSON"),
    print=st.from_regex(r"[0-9a-f]{32}", fullmatch=True),
    count=st.integers(1, 10**9),
    reason=st.text(max_size=20),
)
baselines = st.lists(entries, unique_by=lambda e: (e.path, e.print), max_size=5).map(
    lambda found: replace(EMPTY, entries=tuple(found))
)


@given(baselines)
@settings(max_examples=150)
def test_what_is_written_is_read_back_sorted(written: Baseline) -> None:
    data = baseline_file.render(written)
    read = baseline_file.parse(data, PATH)
    assert read == replace(written, entries=tuple(sorted(written.entries)))
    assert baseline_file.render(read) == data
    lines = data.decode("utf-8").split("\n")
    assert lines[-1] == ""
    assert len(lines) == len(written.entries) + (7 if written.entries else 6)


def test_the_file_looks_so() -> None:
    entry = Entry(
        path="b/\udcffü.md", rule="email", label="PERSON", print="a" * 32, count=2, reason="Büro"
    )
    two = replace(EMPTY, entries=(entry, replace(entry, path="a.md")))
    body = (
        f'"rule": "email", "label": "PERSON", "print": "{"a" * 32}", "count": 2, "reason": "Büro"'
    )
    assert baseline_file.render(two).decode() == (
        f'{{\n "format": 1,\n "key": "{prints.of_key(KEY)}",\n "entries": [\n'
        f'  {{"path": "a.md", {body}}},\n  {{"path": "b/\\udcffü.md", {body}}}\n ]\n}}\n'
    )


def test_the_file_holds_neither_text_nor_key() -> None:
    accepted = _written(fate(_mail(), _mail("x@y.de")))
    data = baseline_file.render(accepted)
    assert LEAK.encode() not in data
    assert KEY.hex().encode() not in data
    assert "of a shop" not in repr(accepted)


GOOD: dict[str, Any] = json.loads(baseline_file.render(_written(fate(_mail()))))
ENTRY = GOOD["entries"][0]


def _with(**changed: Any) -> bytes:
    return json.dumps(GOOD | {"entries": [ENTRY | changed]}).encode()


@pytest.mark.parametrize(
    ("data", "place_"),
    [
        (b"", "line 1"),
        (b"\xff\xfe", "not UTF-8"),
        (b"[" * 100_000, "is not"),
        (b'{\n "format": 1,\n<<<<<<< HEAD\n', "line 3"),
        (b"[]", "the whole"),
        (json.dumps(GOOD | {"extra": 1}).encode(), "the whole"),
        (json.dumps(GOOD | {"format": 2}).encode(), "format"),
        (json.dumps(GOOD | {"format": True}).encode(), "format"),
        (json.dumps(GOOD | {"key": "x"}).encode(), "key"),
        (json.dumps(GOOD | {"entries": {}}).encode(), "entries"),
        (json.dumps(GOOD | {"entries": [ENTRY, ENTRY]}).encode(), "entry 2"),
        (json.dumps(GOOD | {"entries": [ENTRY, 3]}).encode(), "entry 2"),
        (json.dumps(GOOD).replace('"count"', '"path": "x", "count"').encode(), "twice"),
        (_with(count=0), "entry 1, count"),
        (_with(count=True), "entry 1, count"),
        (_with(count=1.0), "entry 1, count"),
        (_with(count=10**12), "entry 1, count"),
        (json.dumps(GOOD).replace('"count": 1', f'"count": {"9" * 5000}').encode(), "is not"),
        (_with(print="A" * 32), "entry 1, print"),
        (_with(path=""), "entry 1, path"),
        (_with(rule=None), "entry 1, rule"),
        (_with(label=3), "entry 1, label"),
        (_with(reason=None), "entry 1, reason"),
        (_with(line=3), "entry 1"),
        (b" " * (baseline_file.LARGEST + 1), "larger"),
    ],
)
def test_a_damaged_file_is_refused_with_its_place_and_a_remedy(data: bytes, place_: str) -> None:
    with pytest.raises(InputError) as raised:
        baseline_file.parse(data, PATH)
    assert place_ in str(raised.value)
    assert raised.value.path == PATH
    assert raised.value.remedy
    assert raised.value.exit_code == 2


@given(st.binary(max_size=60) | st.from_regex(rb'[{}\[\]":,a-z0-9\n]{0,80}', fullmatch=True))
@settings(max_examples=150)
def test_rubbish_is_refused_without_quoting_it(data: bytes) -> None:
    with pytest.raises(InputError):
        baseline_file.parse(data, PATH)


def test_a_refusal_quotes_nothing() -> None:
    for data in (_with(print=LEAK), _with(**{LEAK: 1}), f"{LEAK} {{".encode()):
        with pytest.raises(InputError) as raised:
            baseline_file.parse(data, PATH)
        assert LEAK not in str(raised.value)
        assert raised.value.__cause__ is None
        assert raised.value.__suppress_context__ or raised.value.__context__ is None


def test_a_pipe_in_its_place_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / PATH)
    with pytest.raises(MachineError, match="no regular file"):
        baseline_file.load(tmp_path / PATH, KEY)


def test_it_is_loaded_with_its_key_alone(tmp_path: Path) -> None:
    path = tmp_path / PATH
    assert baseline_file.load(path, None) is None
    accepted = _written(fate(_mail()))
    baseline_file.save(path, accepted)
    assert path.stat().st_mode & 0o777 == 0o644
    assert [p.name for p in tmp_path.iterdir()] == [path.name]
    assert baseline_file.load(path, KEY) == accepted
    for key, problem in ((None, "needs the key"), (b"x" * 32, "another key")):
        with pytest.raises(MachineError, match=f"{problem}.*corpus guard install") as raised:
            baseline_file.load(path, key)
        assert raised.value.exit_code == 3


def test_what_cannot_be_read_or_written_is_no_empty_baseline(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(MachineError, match="cannot be read"):
        baseline_file.load(tmp_path / "folder", KEY)
    with pytest.raises(MachineError, match="cannot be written"):
        baseline_file.save(tmp_path / "absent" / PATH, EMPTY)
