"""Stand-ins that a source or an earlier redaction put in place of a detail."""

from __future__ import annotations

import regex

from corpus.model import LABELS

_STAND_INS = (
    *LABELS,
    *("REDACTED", "REMOVED", "ANONYMIZED", "ANONYMISED", "DELETED", "WITHHELD", "MASKED"),
    *("NAME", "FIRST NAME", "LAST NAME", "SURNAME", "COMPANY", "COMPANY NAME", "COMPANY_NAME"),
    *("ORGANISATION", "PLACE", "CITY", "TOWN", "COUNTRY", "STATE", "ADDRESS", "STREET", "EMAIL"),
    *("PHONE", "NUMBER", "ID", "SCHOOL", "UNIVERSITY", "HOSPITAL", "WEBSITE", "MONTH", "YEAR"),
)
PLACEHOLDER = regex.compile(
    rf"\[(?:{'|'.join(sorted(_STAND_INS, key=len, reverse=True))})(?:[ _-]?(?:\d{{1,4}}|[A-Z]))?\]"
    r"|\[(?:DATE|AGE) (?:\d{1,4}|-|AND|OR|OVER| )+\]|\[(?i:redacted|anonymi[sz]ed|removed)\]"
)
"""A stand-in that a source or an earlier redaction put there: [REDACTED], [EMPLOYER_1].

A closed vocabulary, since anything else in brackets may be a name.
"""
