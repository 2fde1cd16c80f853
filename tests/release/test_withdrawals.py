"""What was taken back is written and read alike, and anything else is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import ReleaseError
from corpus.release.withdrawals import LARGEST, NAME, Recalled, Why, Withdrawals, parse, render

PATH = Path(NAME)
WHOSE = {"transcript_id": "work_0580"}
OLD, NEW = (f"sha256:{digit * 64}" for digit in "0f")

digests = st.integers(0, 2**256 - 1).map(lambda n: f"sha256:{n:064x}")
entries = st.builds(
    Recalled,
    version=st.sampled_from(["1.0.0", "1.1.0-rc.1", "20.0.3"]),
    reissue=st.integers(1, 99),
    by=st.none() | st.just(NEW),
    why=st.sampled_from(get_args(Why)),
    transcript_id=st.just("work_0580"),
)


@given(
    st.dictionaries(digests.filter(lambda d: d != NEW), entries, max_size=4),
    st.lists(st.integers(0, 99).map(lambda n: f"work_{n:04d}"), unique=True, max_size=4),
)
def test_what_is_written_is_read(recalled: dict[str, Recalled], withdrawn: list[str]) -> None:
    given_ones = Withdrawals(recalled=recalled, withdrawn=tuple(sorted(withdrawn)))
    assert parse(render(given_ones), PATH) == given_ones


def test_the_form_is_the_documented_one() -> None:
    entry = Recalled(
        version="1.0.0", reissue=1, by=None, why="withdrawal", transcript_id="work_0580"
    )
    document = json.loads(render(Withdrawals(recalled={OLD: entry}, withdrawn=("work_0580",))))
    assert document == {
        "format": 1,
        "recalled": {
            OLD: {
                "version": "1.0.0",
                "reissue": 1,
                "by": None,
                "why": "withdrawal",
                "transcript_id": "work_0580",
            }
        },
        "withdrawn": ["work_0580"],
    }


def _document(**changes: Any) -> dict[str, Any]:
    entry = {"version": "1.0.0", "reissue": 1, "by": NEW, "why": "recall", **WHOSE, **changes}
    return {"format": 1, "recalled": {OLD: entry}, "withdrawn": []}


@pytest.mark.parametrize(
    ("document", "place"),
    [
        ([], ""),
        ({}, ""),
        ({**_document(), "more": 1}, ""),
        ({**_document(), "recalled": []}, "recalled"),
        ({**_document(), "recalled": {"sha256:00": {}}}, "recalled, a key"),
        ({**_document(), "recalled": {OLD: None}}, f"recalled, {OLD}"),
        ({**_document(), "recalled": {OLD: {"version": "1.0.0"}}}, f"recalled, {OLD}"),
        (_document(version="../1.0.0"), f"recalled, {OLD}, version"),
        (_document(version=1), f"recalled, {OLD}, version"),
        (_document(reissue=0), f"recalled, {OLD}, reissue"),
        (_document(reissue=True), f"recalled, {OLD}, reissue"),
        (_document(by="1.0.1"), f"recalled, {OLD}, by"),
        (_document(by=OLD), f"recalled, {OLD}, by"),
        (_document(why="a whim"), f"recalled, {OLD}, why"),
        (_document(why=[]), f"recalled, {OLD}, why"),
        (_document(transcript_id="../x"), f"recalled, {OLD}, transcript_id"),
        ({**_document(), "withdrawn": {}}, "withdrawn"),
        ({**_document(), "withdrawn": [7]}, "withdrawn, item 1"),
        ({**_document(), "withdrawn": ["work_0001", "../x"]}, "withdrawn, item 2"),
        ({**_document(), "withdrawn": ["a", "a"]}, "withdrawn, an ID that stands there twice"),
    ],
)
def test_what_does_not_hold_is_refused_with_its_place(document: Any, place: str) -> None:
    with pytest.raises(ReleaseError) as caught:
        parse(json.dumps(document).encode(), PATH)
    assert (caught.value.problem, caught.value.place) == ("it is not as it was written", place)


@pytest.mark.parametrize("form", [0, 2, "1", None])
def test_another_format_is_refused_with_what_to_do(form: object) -> None:
    with pytest.raises(ReleaseError, match=r"reads format 1 .* pip install -U"):
        parse(json.dumps({**_document(), "format": form}).encode(), PATH)


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff", b"{", b"[" * 100_000, b"9" * 5_000, b" " * (LARGEST + 1)],
    ids=["empty", "bytes", "cut", "deep", "long", "large"],
)
def test_what_is_no_json_of_this_size_is_refused(data: bytes) -> None:
    with pytest.raises(ReleaseError, match="it is not as it was written"):
        parse(data, PATH)
