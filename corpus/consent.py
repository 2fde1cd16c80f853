"""What participants agreed to, and whether a release of a day may carry their transcripts; pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from corpus.model import Withheld

Consent = Literal["release", "internal", "refused", "unknown"]
"""release: may be published. internal: may be kept and worked on, never released."""

Access = Literal["open", "restricted"]
"""Whom a release is for; a restricted one goes to those who signed for it."""

CONSENTS: tuple[Consent, ...] = get_args(Consent)
ACCESSES: tuple[Access, ...] = get_args(Access)

NO_CONSENT = "no-consent"
EMBARGO = "embargo"
ACCESS_RESTRICTED = "access-restricted"
REASONS = (NO_CONSENT, EMBARGO, ACCESS_RESTRICTED)
"""Why a transcript is withheld whatever redaction made of it; the first that holds counts."""

_DETAILS: Mapping[Consent | None, str] = {
    None: "not in the participants table",
    "unknown": "not known",
    "internal": "for internal use only",
    "refused": "refused",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """On what terms a transcript was given."""

    transcript_id: str
    participant_id: str = field(default="", repr=False)
    """The steward's own code for who it is; empty where there is none, never released."""
    consent: Consent
    embargo_until: dt.date | None = None
    """The first day on which it may be released."""
    access: Access = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """Holds back what a release of a day must not carry."""

    day: dt.date
    access: Access
    """Whom the release is for."""
    is_required: bool
    """Whether a transcript whose terms are not known is held back."""
    terms: Mapping[str, Terms]
    """By transcript; those of which nothing is known are absent."""

    def judge(self, transcript_id: str) -> tuple[str, str] | None:
        """Return reason and detail where the transcript is held back, else None."""
        terms = self.terms.get(transcript_id)
        consent = terms.consent if terms else None
        if self.is_required and consent != "release":
            return NO_CONSENT, _DETAILS[consent]
        if terms and terms.embargo_until and self.day < terms.embargo_until:
            return EMBARGO, f"until {terms.embargo_until}"
        if terms and terms.access == "restricted" and self.access == "open":
            return ACCESS_RESTRICTED, ""
        return None

    def withheld(self, transcripts: Iterable[tuple[str, str]]) -> Iterator[Withheld]:
        """Yield those of the (transcript_id, cohort) pairs that are held back."""
        for transcript_id, cohort in transcripts:
            if judged := self.judge(transcript_id):
                reason, detail = judged
                yield Withheld(
                    transcript_id=transcript_id, cohort=cohort, reason=reason, detail=detail
                )
