"""Which role a speaker label stands for: interviewer, participant or other."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from corpus.errors import ConfigError
from corpus.model import ROLES, Role

_DEFAULTS: dict[Role, str] = {
    "interviewer": """
        interviewer, int, iv, i, interview, question, q, moderator, mod, facilitator, fac, host,
        researcher, assistant, ai, bot, chatbot, claude, chatgpt, agent, adviser, advisor,
        counsellor, counselor, caseworker, case worker, intake, intake worker, intake officer,
        clerk, desk, hr, hr desk, chair, examiner
    """,
    "participant": """
        participant, part, p, user, human, respondent, resp, res, r, interviewee, ie, narrator,
        nar, answer, a, subj, informant, inf, customer, client, caller, visitor, employee,
        patient, tester, student, attendee
    """,
    "other": """
        system, tool, notetaker, note taker, observer, interpreter, translator, transcriber,
        transcriptionist, technician
    """,
}
_ASIDE = re.compile(r"\s*\([^()]*\)$")
_COUNTER = re.compile(r"(?<=\w)[\s_#.-]*\d{1,3}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Roles:
    """Knows labels by their stem: "P7", "p 12" and "P (nurse)" are all "p"."""

    by_stem: Mapping[str, Role]

    @classmethod
    def default(cls) -> Roles:
        """Return the roles that common labels stand for."""
        return cls(by_stem={_whole(s): r for r, text in _DEFAULTS.items() for s in text.split(",")})

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, Iterable[str]]) -> Roles:
        """Return the default roles with the steward's labels added.

        Raises:
            ConfigError: a key is not a role.
        """
        by_stem = dict(cls.default().by_stem)
        for name, labels in mapping.items():
            role = next((r for r in ROLES if r == name), None)
            if role is None:
                raise ConfigError(
                    "a key under roles is not a role", remedy=f"use {', '.join(ROLES)}"
                )
            by_stem |= {_whole(label): role for label in labels}
        return cls(by_stem=by_stem)

    def known(self, label: str) -> bool:
        """Tell whether the label stands for a role by itself."""
        return self._find(label) is not None

    def of(self, label: str) -> Role:
        """Return the role of a label seen alone; "other" where it tells nothing."""
        return self._find(label) or "other"

    def assign(self, labels: Iterable[str], given: Mapping[str, Role]) -> dict[str, Role]:
        """Return the role of each label of one transcript, in order of appearance.

        A label that tells nothing by itself (a name, initials) takes the side that is
        free: participants where an interviewer is known, else the interviewer where it
        is the only such label beside a participant. Of two names alone the first to
        speak leads the interview; three or more talk among themselves.
        """
        found = {label: given.get(label) or self._find(label) for label in labels}
        unknown = [label for label, role in found.items() if role is None]
        taken = set(found.values())
        assigned: dict[str, Role] = {k: role or "participant" for k, role in found.items()}
        lone = len(unknown) == 1 and "participant" in taken
        pair = len(unknown) == 2 and "participant" not in taken  # noqa: PLR2004
        if "interviewer" not in taken and (lone or pair):
            assigned[unknown[0]] = "interviewer"
        return assigned

    def _find(self, label: str) -> Role | None:
        whole = _whole(label)
        return self.by_stem.get(whole) or self.by_stem.get(_stem(whole))


def _whole(label: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", label).casefold().split())


def _stem(whole: str) -> str:
    return _COUNTER.sub("", _ASIDE.sub("", whole))
