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


def _take(workspace: Workspace, drafts: Sequence[Draft]) -> list[tuple[str, str]]:
    with workspace.registry() as registry:
        return _take_into(registry, workspace, drafts)


def _take_into(
    registry: Registry, workspace: Workspace, drafts: Sequence[Draft]
) -> list[tuple[str, str]]:
    def refuse(error: SourceError) -> None:
        raise error

    numbered = numbering.number(drafts, registry, key=workspace.key, cohort="work", refuse=refuse)
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
