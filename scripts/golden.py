"""Make the golden release of the current format: fixtures/releases/<format>.

A format's golden release is made once, when the format is new, and then stays as it is: it
stands for those that are out in the world. tests/release/test_golden.py holds that each still
loads, verifies and answers as it did.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from corpus.model import Label, Mask, Redacted, RedactedTurn, Redaction, Withheld
from corpus.release import parquet
from corpus.release.claims import About
from corpus.release.read import load
from corpus.release.schema import FORMAT, TABLES
from corpus.release.write import write

HOME = Path(__file__).parents[1] / "fixtures" / "releases"
VERSION = "1.0.0"

ABOUT = About(
    name="Harbour talks",
    licence="CC-BY-4.0",
    description="Invented talks with people who work at a harbour that is not there.",
    rules="5b" * 32,
    detector="0c" * 32,
    model="e1" * 32,
    policy="default",
    policy_digest="9a" * 32,
    thresholds="high-recall",
    roster=True,
    consent_required=True,
    access="open",
    findings={"AGE": 1, "DATE": 1, "EMPLOYER": 2, "LOCATION": 1, "PERSON": 4},
)


def _redaction(
    span: tuple[int, int, int], label: Label, operator: str, rule: str, mask: Mask = "direct"
) -> Redaction:
    turn, start, end = span
    return Redaction(
        turn=turn,
        field="text",
        start=start,
        end=end,
        label=label,
        mask=mask,
        operator=operator,
        rule=rule,
    )


PILOT = Redacted(
    transcript_id="harbour_0001",
    cohort="harbour",
    turns=(
        RedactedTurn(
            index=0,
            speaker="Interviewer",
            role="interviewer",
            text="When did you start, and with whom?",
            start_ms=0,
            end_ms=2_400,
        ),
        RedactedTurn(
            index=1,
            speaker="[PERSON_1]",
            role="participant",
            text="In [DATE 2019], at [EMPLOYER_1]. Café first, tide table second ⚓ \u2013 always.",
            start_ms=2_400,
            end_ms=9_750,
        ),
        RedactedTurn(
            index=2, speaker="Clerk", role="other", text="Your tea, *****.", start_ms=9_800
        ),
    ),
    redactions=(
        Redaction(
            turn=1,
            field="speaker",
            start=0,
            end=10,
            label="PERSON",
            mask="direct",
            operator="pseudonym",
            rule="speakers",
        ),
        _redaction((1, 3, 14), "DATE", "generalise", "date-written", mask="quasi"),
        _redaction((1, 19, 31), "EMPLOYER", "pseudonym", "own-rule"),
        _redaction((2, 10, 15), "PERSON", "mask", "decision"),
    ),
    kept=2,
    kept_by_decision=1,
)
WELDER = Redacted(
    transcript_id="yard_0007",
    cohort="yard",
    turns=(
        RedactedTurn(
            index=0, speaker="Q", role="interviewer", text="Anything that we have not asked?"
        ),
        RedactedTurn(
            index=1,
            speaker="A",
            role="participant",
            text="No.\n\nOr yes: [PERSON] signs with Dictionary<int, string>, see [REDACTED].",
        ),
    ),
    redactions=(_redaction((1, 13, 21), "PERSON", "placeholder", "model"),),
    kept_by_decision=0,
    placeholders=1,
)
WITHHELD = Withheld(transcript_id="yard_0008", cohort="yard", reason="no-consent")


def write_into(home: Path) -> Path:
    """Write the release into a folder, and return its own."""
    return write(home, VERSION, redacted=[PILOT, WELDER], withheld=[WITHHELD], about=ABOUT)


def main() -> int:
    """Write the release, and beside it what it must answer."""
    home = HOME / str(FORMAT)
    if home.exists():
        print(f"{home} is there: a golden release is never made anew", file=sys.stderr)  # noqa: T201
        return 2
    release = load(write_into(home))
    answers = {
        "version": release.version,
        "digest": release.digest,
        "logical_digest": release.manifest["logical_digest"],
        "tables": {name: list(parquet.read(release.path, name)) for name in TABLES},
    }
    text = json.dumps(answers, ensure_ascii=False, indent=1)
    (home / "answers.json").write_text(f"{text}\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
