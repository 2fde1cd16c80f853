"""What a mention may be, and how much it may give away; standard library alone."""

from __future__ import annotations

from typing import Literal, get_args

Label = Literal[
    "PERSON",
    "EMPLOYER",
    "ORGANIZATION",
    "LOCATION",
    "EMAIL_ADDRESS",
    "PHONE_NUMBER",
    "URL",
    "DOMAIN_NAME",
    "USERNAME",
    "ID_NUMBER",
    "DATE",
    "AGE",
    "DEMOGRAPHIC",
    "WORK_TITLE",
]
"""What a mention is; the guidelines' labels."""

Mask = Literal["direct", "quasi", "none"]
"""How much a mention gives away: direct and quasi are hidden, none is kept."""

LABELS: tuple[Label, ...] = get_args(Label)
QUASI: frozenset[Label] = frozenset({"ORGANIZATION", "LOCATION", "DATE", "AGE", "DEMOGRAPHIC"})
"""Labels whose mentions, as a rule, narrow down who it is; those of others identify."""
MASKS: tuple[Mask, ...] = get_args(Mask)
