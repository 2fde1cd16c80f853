"""A text that was found, or that says why it may stay, is in nothing that is said."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.check import baseline, baseline_file, prints
from corpus.check.allow import Allows
from corpus.check.speaking import as_json, github, lines, sarif
from corpus.check.speaking.counts import Counts
from corpus.check.speaking.explained import explained
from corpus.check.speaking.own import advice
from corpus.check.types import Fate, Passage
from tests.check.said import fate, place

CANARIES = st.from_regex(r"Zq[a-z]{4,8} Xv[a-z]{4,8}", fullmatch=True)
KEY = b"k" * 32
RULES = {"email": "An e-mail address."}


def _found(canary: str) -> Fate:
    """Find the canary thrice: accepted, beside an allow without a reason, in plain sight."""
    text = (
        f"{canary} # corpus: allow[email] {canary} agreed\n"
        f"{canary} # corpus: allow[email]\n"
        f"{canary}\n"
        f"x # corpus: allow[{canary}] {canary}\n"
    )
    allows = Allows(path="notes.md")
    allows.feed(Passage(text=text))
    print_ = prints.of_surface(KEY, "notes.md", "email", canary)
    places = [place(line=line, print=print_) for line in (1, 2, 3)]
    return fate(*allows.apply(places))


@given(CANARIES)
@settings(max_examples=50)
def test_a_canary_is_in_no_format_and_no_repr(canary: str) -> None:
    found = _found(canary)
    assert [p.rule for p in found.places] == [
        "email",
        "email",
        "allow-without-reason",
        "allow-unused",
    ]
    accepted = baseline.written([found], baseline_file.empty(KEY), f"{canary} agreed")
    applied = baseline.apply([found], accepted)
    assert applied.accepted == 2
    for fates in ([found], applied.fates):
        counts = Counts.of(fates, rules=1, seconds=0, accepted=applied.accepted)
        said = [
            *lines.findings(fates),
            *lines.problems(fates),
            *github.commands(fates),
            *explained(fates[0]),
            as_json.render(fates, counts, advice(fates)),
            sarif.render(fates, RULES),
            counts.line,
            repr((fates, applied, accepted, baseline.audit(accepted, fates))),
        ]
        for part in canary.split():
            assert part.lower() not in "\n".join(said).lower()


@given(CANARIES)
@settings(max_examples=20)
def test_of_a_canary_the_baseline_holds_the_users_own_words_alone(canary: str) -> None:
    accepted = baseline.written([_found(canary)], baseline_file.empty(KEY), "it may stay")
    written = baseline_file.render(accepted).decode()
    assert not any(part in written for part in canary.split())
