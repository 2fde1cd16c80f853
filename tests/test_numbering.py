from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus import numbering
from corpus.errors import SourceError
from corpus.model import Draft
from corpus.registry import Registry
from corpus.workspace import Workspace
from tests.conftest import Build

LONG = "P: This is what I have to say about my work and the tools that I use for it, part"


def _draft(build: Build, text: str, claimed: str | None = None, path: str = "a.txt") -> Draft:
    return Draft(
        path=path, place="line 1", claimed_id=claimed, source=text, turns=build(text).turns
    )


def _take(
    workspace: Workspace, drafts: Sequence[Draft], *, cohort: str = "work"
) -> list[tuple[str, str]]:
    with workspace.registry() as registry:
        return _take_into(registry, workspace, drafts, cohort=cohort)


def _take_into(
    registry: Registry, workspace: Workspace, drafts: Sequence[Draft], *, cohort: str = "work"
) -> list[tuple[str, str]]:
    numbered = numbering.number(drafts, registry, key=workspace.key, cohort=cohort, refuse=_raise)
    with registry.transaction():
        for item in numbered:
            registry.put(
                item.entry, source=item.draft.source, turns=item.draft.turns, prints=item.prints
            )
    return [(n.entry.transcript_id, n.state) for n in numbered]


def test_a_stable_id_of_the_source_is_honoured(workspace: Workspace, transcript: Build) -> None:
    drafts = [_draft(transcript, "P: a", "science_0012"), _draft(transcript, "P: b", "work_0580")]
    assert _take(workspace, drafts) == [("science_0012", "new"), ("work_0580", "new")]


def test_others_are_numbered_on_from_the_highest_number(
    workspace: Workspace, transcript: Build
) -> None:
    _take(workspace, [_draft(transcript, "P: a", "work_0580")])
    assert _take(workspace, [_draft(transcript, "P: b")]) == [("work_0581", "new")]


def test_numbers_do_not_depend_on_file_names_or_their_order(
    workspace: Workspace, transcript: Build
) -> None:
    texts = [f"P: {word}" for word in ("ash", "birch", "cedar", "elm", "fir")]
    with workspace.registry() as registry:
        orders = []
        for order in (texts, texts[::-1], [texts[i] for i in (3, 0, 4, 1, 2)]):
            drafts = [_draft(transcript, t, path=f"{i}.txt") for i, t in enumerate(order)]
            numbered = numbering.number(
                drafts, registry, key=workspace.key, cohort="work", refuse=_raise
            )
            orders.append([(n.entry.transcript_id, n.draft.source) for n in numbered])
    assert orders[0] == orders[1] == orders[2]


def _raise(error: SourceError) -> None:
    raise error


def test_reading_the_same_again_changes_nothing(workspace: Workspace, transcript: Build) -> None:
    first = _take(workspace, [_draft(transcript, "P: a"), _draft(transcript, "P: b")])
    again = _take(workspace, [_draft(transcript, "P: b", path="z.txt"), _draft(transcript, "P: a")])
    assert [id_ for id_, _ in first] == [id_ for id_, _ in again]
    assert {state for _, state in again} == {"unchanged"}


def test_an_edited_transcript_keeps_its_id_by_its_source_key(
    workspace: Workspace, transcript: Build
) -> None:
    first = _take(workspace, [_draft(transcript, "P: a", "P07")])
    assert _take(workspace, [_draft(transcript, "P: wholly other", "P07")]) == [
        (first[0][0], "edited")
    ]


def test_an_edited_transcript_is_recognised_by_most_of_its_turns(
    workspace: Workspace, transcript: Build
) -> None:
    text = "\n".join(f"{LONG} {n}" for n in range(6))
    first = _take(workspace, [_draft(transcript, text)])
    edited = text.replace("part 3", "part three, put otherwise")
    assert _take(workspace, [_draft(transcript, edited)]) == [(first[0][0], "edited")]


def test_a_transcript_that_shares_only_an_opening_is_another_one(
    workspace: Workspace, transcript: Build
) -> None:
    opening = "I: Thank you for taking the time to talk about your work with us today"
    rest = "\n".join(f"{LONG} {n}" for n in range(6))
    first = _take(workspace, [_draft(transcript, f"{opening}\n{rest}")])
    other = f"{opening}\n" + "\n".join(f"P: Something else entirely, answer number {n}, at length"
                                       for n in range(6))  # fmt: skip
    second = _take(workspace, [_draft(transcript, other)])
    assert second[0][1] == "new"
    assert second[0][0] != first[0][0]


def test_two_sources_of_one_id_are_an_error_that_names_both(
    workspace: Workspace, transcript: Build
) -> None:
    drafts = [
        _draft(transcript, "P: a", "work_0001", "one.md"),
        _draft(transcript, "P: b", "work_0001", "two.md"),
    ]
    with pytest.raises(SourceError) as caught:
        _take(workspace, drafts)
    assert "one.md" in str(caught.value)
    assert "two.md" in str(caught.value)
    assert "work_0001" in str(caught.value)


def test_the_same_content_twice_is_an_error(workspace: Workspace, transcript: Build) -> None:
    drafts = [_draft(transcript, "P: a", path="one.md"), _draft(transcript, "P: a", path="two.md")]
    with pytest.raises(SourceError, match="the same transcript stands twice"):
        _take(workspace, drafts)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text("abcdef", min_size=1, max_size=6), min_size=1, unique=True), st.randoms())
def test_ids_never_change_hands_whatever_is_read_in_which_order(
    tmp_path_factory: pytest.TempPathFactory,
    transcript: Build,
    texts: list[str],
    random: object,
) -> None:
    from corpus import workspace as workspaces

    workspace = workspaces.init(tmp_path_factory.mktemp("w"))
    known: dict[str, str] = {}
    with workspace.registry() as registry:
        for size in (len(texts) // 2, len(texts)):
            random.shuffle(texts)  # type: ignore[attr-defined]
            chosen = [_draft(transcript, f"P: {text}") for text in texts[:size]]
            numbered = numbering.number(
                chosen, registry, key=workspace.key, cohort="work", refuse=_raise
            )
            _take_into(registry, workspace, chosen)
            for item in numbered:
                assert known.setdefault(item.draft.source, item.entry.transcript_id) == (
                    item.entry.transcript_id
                )
    assert len(set(known.values())) == len(known)


def _ids(workspace: Workspace) -> list[tuple[str, str | None, str]]:
    with workspace.registry() as registry:
        return [(e.transcript_id, e.source_key, e.fingerprint) for e in registry.entries()]


def test_an_id_that_we_gave_to_another_transcript_cannot_be_claimed(
    workspace: Workspace, transcript: Build
) -> None:
    _take(workspace, [_draft(transcript, "P: a")])
    before = _ids(workspace)
    with pytest.raises(SourceError, match="the ID work_0001 ") as caught:
        _take(workspace, [_draft(transcript, "P: b", "work_0001", "thief.md")])
    assert "thief.md" in str(caught.value)
    assert _ids(workspace) == before


def test_a_refused_claim_can_be_skipped_and_the_others_are_taken(
    workspace: Workspace, transcript: Build
) -> None:
    _take(workspace, [_draft(transcript, "P: a")])
    refused: list[SourceError] = []
    drafts = [_draft(transcript, "P: b", "work_0001", "thief.md"), _draft(transcript, "P: c")]
    with workspace.registry() as registry:
        numbered = numbering.number(
            drafts, registry, key=workspace.key, cohort="work", refuse=refused.append
        )
    assert [(n.entry.transcript_id, n.draft.source) for n in numbered] == [("work_0002", "P: c")]
    assert ["thief.md" in str(error) for error in refused] == [True]


def test_the_id_that_we_gave_may_be_claimed_by_the_transcript_that_has_it(
    workspace: Workspace, transcript: Build
) -> None:
    text = "\n".join(f"{LONG} {n}" for n in range(6))
    _take(workspace, [_draft(transcript, text)])
    edited = text.replace("part 3", "part three, put otherwise")
    assert _take(workspace, [_draft(transcript, edited, "work_0001")]) == [("work_0001", "edited")]


def test_unchanged_a_transcript_may_claim_the_id_that_we_gave_it(
    workspace: Workspace, transcript: Build
) -> None:
    _take(workspace, [_draft(transcript, "P: a")])
    assert _take(workspace, [_draft(transcript, "P: a", "work_0001")]) == [
        ("work_0001", "unchanged")
    ]


def test_a_transcript_that_brought_its_id_may_be_edited_in_every_turn(
    workspace: Workspace, transcript: Build
) -> None:
    text = "\n".join(f"{LONG} {n}" for n in range(6))
    _take(workspace, [_draft(transcript, text, "work_0007")])
    edited = text.replace("tools", "many tools")
    assert _take(workspace, [_draft(transcript, edited, "work_0007")]) == [("work_0007", "edited")]


def test_a_text_once_with_and_once_without_an_id_is_refused(
    workspace: Workspace, transcript: Build
) -> None:
    drafts = [
        _draft(transcript, "P: a", "work_0500", "one.md"),
        _draft(transcript, "P: a", path="two.md"),
    ]
    with pytest.raises(SourceError, match="the same transcript stands twice") as caught:
        _take(workspace, drafts)
    assert "one.md" in str(caught.value)
    assert "two.md" in str(caught.value)
    assert _ids(workspace) == []


def test_a_text_that_we_numbered_cannot_come_back_under_another_id(
    workspace: Workspace, transcript: Build
) -> None:
    _take(workspace, [_draft(transcript, "P: a")])
    before = _ids(workspace)
    with pytest.raises(SourceError, match=r"claims work_0500.*already as work_0001") as caught:
        _take(workspace, [_draft(transcript, "P: a", "work_0500", "again.md")])
    assert "again.md" in str(caught.value)
    assert _ids(workspace) == before


def test_a_text_that_brought_its_id_is_recognised_without_it(
    workspace: Workspace, transcript: Build
) -> None:
    _take(workspace, [_draft(transcript, "P: a", "science_0500")])
    assert _take(workspace, [_draft(transcript, "P: a")]) == [("science_0500", "unchanged")]


def test_a_foreign_id_that_stands_twice_is_an_error(
    workspace: Workspace, transcript: Build
) -> None:
    drafts = [_draft(transcript, "P: a", "P07"), _draft(transcript, "P: b", "P07")]
    with pytest.raises(SourceError, match="the same ID is claimed twice"):
        _take(workspace, drafts)


def test_the_same_foreign_id_in_another_cohort_is_another_transcript(
    workspace: Workspace, transcript: Build
) -> None:
    _take(workspace, [_draft(transcript, "P: a", "P07")])
    other = [_draft(transcript, "P: wholly other", "P07")]
    assert _take(workspace, other, cohort="science") == [("science_0001", "new")]


def test_a_similar_text_in_another_cohort_is_another_transcript(
    workspace: Workspace, transcript: Build
) -> None:
    text = "\n".join(f"{LONG} {n}" for n in range(6))
    _take(workspace, [_draft(transcript, text)])
    similar = [_draft(transcript, text.replace("part 3", "part three, put otherwise"))]
    assert _take(workspace, similar, cohort="science") == [("science_0001", "new")]


def test_a_similar_text_under_a_new_foreign_id_is_another_transcript(
    workspace: Workspace, transcript: Build
) -> None:
    text = "\n".join(f"{LONG} {n}" for n in range(6))
    _take(workspace, [_draft(transcript, text, "P07")])
    similar = text.replace("part 3", "part three, put otherwise")
    assert _take(workspace, [_draft(transcript, similar, "P08")]) == [("work_0002", "new")]


def test_set_phrases_that_known_transcripts_share_make_no_edit(
    workspace: Workspace, transcript: Build
) -> None:
    phrases = "\n".join(f"I: As with everybody, let me ask you set question {n}" for n in range(6))
    _take(
        workspace,
        [
            _draft(
                transcript, f"{phrases}\nP: I weave carpets by hand in a small workshop, mostly"
            ),
            _draft(transcript, f"{phrases}\nP: I repair bicycles for a living, and have for years"),
        ],
    )
    third = f"{phrases}\nP: I bake bread at night, which few people would like"
    assert _take(workspace, [_draft(transcript, third)]) == [("work_0003", "new")]


def test_the_same_turns_count_more_than_the_same_foreign_id(
    workspace: Workspace, transcript: Build
) -> None:
    _take(workspace, [_draft(transcript, "P: a", "P01")])
    _take(workspace, [_draft(transcript, "P: b", "P02")])
    swapped = [_draft(transcript, "P: a", "P02"), _draft(transcript, "P: b", "P01")]
    assert _take(workspace, swapped) == [("work_0001", "unchanged"), ("work_0002", "unchanged")]
    with workspace.registry() as registry:
        assert [registry.transcript(f"work_000{n}").source for n in (1, 2)] == ["P: a", "P: b"]


def test_two_texts_never_become_edits_of_one_transcript(
    workspace: Workspace, transcript: Build
) -> None:
    text = "\n".join(f"{LONG} {n}" for n in range(6))
    _take(workspace, [_draft(transcript, text)])
    edits = [text.replace("part 3", f"part three, {how}") for how in ("put otherwise", "at last")]
    claimed = [_draft(transcript, edits[0], "work_0001"), _draft(transcript, edits[1])]
    assert _take(workspace, claimed) == [("work_0001", "edited"), ("work_0002", "new")]


def test_of_two_similar_texts_one_is_the_edit(workspace: Workspace, transcript: Build) -> None:
    text = "\n".join(f"{LONG} {n}" for n in range(6))
    _take(workspace, [_draft(transcript, text)])
    near = text.replace("part 3", "part three, put otherwise")
    far = near.replace("part 4", "part four, put otherwise")
    assert _take(workspace, [_draft(transcript, far), _draft(transcript, near)]) == [
        ("work_0001", "edited"),
        ("work_0002", "new"),
    ]
    with workspace.registry() as registry:
        assert registry.transcript("work_0001").source == near


def test_a_source_key_is_not_forgotten_when_the_text_is_read_without_it(
    workspace: Workspace, transcript: Build
) -> None:
    first = _take(workspace, [_draft(transcript, "P: a", "P07")])
    assert _take(workspace, [_draft(transcript, "P: a")]) == [(first[0][0], "unchanged")]
    assert _take(workspace, [_draft(transcript, "P: other words", "P07")]) == [
        (first[0][0], "edited")
    ]
