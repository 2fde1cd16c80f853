"""Which transcripts a release of a day may carry."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from corpus.consent import Access, Consent, Gate, Terms
from corpus.model import Withheld

DAY = dt.date(2031, 1, 31)
GIVEN = Terms(transcript_id="work_0001", participant_id="K01", consent="release")


def _gate(terms: Terms | None, *, is_required: bool = True, access: Access = "open") -> Gate:
    known = {terms.transcript_id: terms} if terms else {}
    return Gate(day=DAY, access=access, is_required=is_required, terms=known)


def test_consent_for_release_lets_through() -> None:
    assert _gate(GIVEN).judge("work_0001") is None


@pytest.mark.parametrize(
    ("consent", "detail"),
    [("internal", "for internal use only"), ("refused", "refused"), ("unknown", "not known")],
)
def test_any_other_consent_holds_back(consent: Consent, detail: str) -> None:
    judged = _gate(replace(GIVEN, consent=consent)).judge("work_0001")
    assert judged == ("no-consent", detail)


def test_what_is_not_listed_is_held_back_only_where_consent_is_required() -> None:
    judged = _gate(None).judge("work_0001")
    assert judged == ("no-consent", "not in the participants table")
    assert _gate(None, is_required=False).judge("work_0001") is None


def test_an_embargo_holds_until_its_day_and_no_longer() -> None:
    later = replace(GIVEN, embargo_until=DAY + dt.timedelta(days=1))
    assert _gate(later).judge("work_0001") == ("embargo", "until 2031-02-01")
    assert _gate(replace(GIVEN, embargo_until=DAY)).judge("work_0001") is None


def test_what_is_restricted_is_held_back_from_an_open_release_alone() -> None:
    restricted = replace(GIVEN, access="restricted")
    assert _gate(restricted).judge("work_0001") == ("access-restricted", "")
    assert _gate(restricted, access="restricted").judge("work_0001") is None


def test_a_restricted_release_carries_nothing_without_consent_or_under_embargo() -> None:
    later = replace(GIVEN, embargo_until=DAY + dt.timedelta(days=1), access="restricted")
    refused = replace(GIVEN, consent="refused", access="restricted")
    for terms, reason in ((later, "embargo"), (refused, "no-consent")):
        judged = _gate(terms, access="restricted").judge("work_0001")
        assert judged is not None
        assert judged[0] == reason


def test_one_reason_counts_and_no_consent_comes_first() -> None:
    terms = replace(GIVEN, consent="refused", embargo_until=dt.date.max, access="restricted")
    (withheld,) = _gate(terms).withheld([("work_0001", "work")])
    assert withheld == Withheld(
        transcript_id="work_0001", cohort="work", reason="no-consent", detail="refused"
    )


def test_a_participant_does_not_show_in_a_repr() -> None:
    assert "K01" not in repr(_gate(GIVEN))
