"""A policy file -> which operator hides which label and mask, and from which score on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast, get_args

from corpus import ids
from corpus.entries import Entry, parse
from corpus.errors import PolicyError, RuleError
from corpus.model import LABELS, Finding, Label, Mask, Passage

Operator = Literal["pseudonym", "placeholder", "generalise", "mask", "keep"]
"""What is done to a mention: [PERSON_2], [PERSON], [DATE 2019], ***** or nothing."""

OtherLanguages = Literal["withhold", "keep"]
"""What is done to a transcript with a passage in a language that is not covered."""

_HIDING: tuple[Operator, ...] = ("mask", "placeholder", "pseudonym")
_GENERALISED: tuple[Label, ...] = ("DATE", "AGE")
_COVERED = ("en",)
_CODE = re.compile(r"[a-z]{2,3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Treatment:
    """What a policy does with one label."""

    label: Label
    direct: Operator
    quasi: Operator
    threshold: float
    """Findings that score less are left alone."""
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Which operator for which label and mask."""

    id: str
    why: str
    otherwise: Operator
    """For labels and masks that the file does not name; always hides."""
    treatments: tuple[Treatment, ...]
    """One for each label, in the order of `LABELS`."""
    languages: tuple[str, ...] = _COVERED
    """Codes of the languages in which passages may be released."""
    other_languages: OtherLanguages = "withhold"
    thresholds: str | None = None
    """Name of the set that they come from, None where the policy says one for all itself."""

    def of(self, label: Label) -> Treatment:
        """Return what is done with the label."""
        return self.treatments[LABELS.index(label)]

    def operator(self, label: Label, mask: Mask) -> Operator:
        """Return the operator for a mention; one that identifies nobody is kept."""
        if mask == "none":
            return "keep"
        return self.of(label).direct if mask == "direct" else self.of(label).quasi

    def threshold(self, label: Label) -> float:
        """Return the score that a finding of this label must reach."""
        return self.of(label).threshold

    def hides(self, finding: Finding) -> bool:
        """Tell whether the finding is hidden by itself, whatever else is."""
        is_kept = self.operator(finding.label, finding.mask) == "keep"
        return not is_kept and finding.score >= self.threshold(finding.label)

    def uncovered(self, passages: Iterable[Passage]) -> tuple[Passage, ...]:
        """Return the passages that withhold their transcript."""
        if self.other_languages == "keep":
            return ()
        return tuple(p for p in passages if p.language not in self.languages)

    @property
    def digest(self) -> str:
        """The SHA-256 of what the policy does; its name and reasons do not count."""
        parts = (
            part
            for t in self.treatments
            for part in (t.label, t.direct, t.quasi, repr(t.threshold))
        )
        return ids.digest(
            [self.otherwise, *parts, self.other_languages, *sorted(set(self.languages))]
        )


def load(name_or_path: str, folders: Sequence[Path], thresholds: str = "") -> Policy:
    """Return the policy of this name, or in this YAML file, from one of the folders.

    Args:
        name_or_path: "default", or "policies/ours.yaml".
        folders: where to look; thresholds lie in a folder of that name in each.
        thresholds: name or path of the thresholds to use instead of the policy's own.

    Raises:
        PolicyError: there is none, there are two, or it does not hold.
    """
    path = _find(name_or_path, folders, "policy")
    try:
        entry = Entry.of(parse(path), path=path, place="policy", kind="policy")
        entry.expect(
            required=("why", "otherwise", "threshold", "labels"),
            optional=("languages", "other_languages"),
        )
        return _policy(entry, *_thresholds(entry, thresholds, folders))
    except RuleError as error:
        raise PolicyError(
            error.problem, path=error.path, place=error.place, remedy=error.remedy
        ) from error


def _find(name: str, folders: Sequence[Path], kind: str) -> Path:
    """Return the file; a path counts from the folders first, then from where we are."""
    is_path = name.endswith((".yaml", ".yml"))
    candidates = [folder / (name if is_path else f"{name}.yaml") for folder in folders]
    found = [path for path in candidates if path.is_file()]
    if is_path and (found or Path(name).is_file()):
        return (*found, Path(name))[0]
    if not found:
        known = sorted({path.stem for folder in folders for path in folder.glob("*.yaml")})
        remedy = f"use one of: {', '.join(known)}; or the path of a YAML file"
        raise PolicyError(f"there is no such {kind}", place=f"{kind} {name}", remedy=remedy)
    if len(found) > 1:
        problem = f"has the same name as {found[1]}"
        raise PolicyError(problem, path=found[0], remedy="rename yours")
    return found[0]


def _thresholds(
    policy: Entry, name: str, folders: Sequence[Path]
) -> tuple[dict[Label, float], str | None]:
    """Return each label's threshold: those of that name, or what the policy says itself."""
    said = policy.values["threshold"]
    if not name and not isinstance(said, str):
        return dict.fromkeys(LABELS, policy.share("threshold")), None
    path = _find(name or said, [folder / "thresholds" for folder in folders], "set of thresholds")
    raw = parse(path)
    entry = Entry.of(raw, path=path, place="thresholds", kind="set of thresholds")
    entry.expect(required=("why", *LABELS))
    entry.text("why")
    return {label: entry.share(label) for label in LABELS}, path.stem


def _policy(entry: Entry, thresholds: Mapping[Label, float], name: str | None) -> Policy:
    labels = Entry.of(entry.values["labels"], path=entry.path, place="labels", kind="set of labels")
    labels.expect(required=(), optional=LABELS)
    otherwise = cast("Operator", entry.one_of("otherwise", _HIDING))
    return Policy(
        id=entry.path.stem,
        why=entry.text("why"),
        otherwise=otherwise,
        treatments=tuple(_treatments(labels, otherwise, thresholds)),
        thresholds=name,
        languages=_languages(entry),
        other_languages=cast(
            "OtherLanguages",
            entry.one_of("other_languages", get_args(OtherLanguages), "withhold"),
        ),
    )


def _languages(entry: Entry) -> tuple[str, ...]:
    codes = entry.texts("languages") or _COVERED
    if not all(map(_CODE.fullmatch, codes)):
        remedy = "write ISO 639 codes in quotes, as in ['en', 'de']"
        raise entry.error("languages", "holds what is no language's code", remedy)
    return codes


def _treatments(
    labels: Entry, otherwise: Operator, thresholds: Mapping[Label, float]
) -> Iterator[Treatment]:
    for label in LABELS:
        threshold = thresholds[label]
        if label not in labels.values:
            yield Treatment(
                label=label, direct=otherwise, quasi=otherwise, threshold=threshold, why=""
            )
            continue
        raw = labels.values[label]
        entry = Entry.of(raw, path=labels.path, place=f"label {label}", kind="label entry")
        entry.expect(required=("why",), optional=("direct", "quasi", "threshold"))
        hiding = (*_HIDING, "generalise") if label in _GENERALISED else _HIDING
        yield Treatment(
            label=label,
            direct=cast("Operator", entry.one_of("direct", hiding, otherwise)),
            quasi=cast("Operator", entry.one_of("quasi", (*hiding, "keep"), otherwise)),
            threshold=entry.share("threshold") if "threshold" in entry.values else threshold,
            why=entry.text("why"),
        )
