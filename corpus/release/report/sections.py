"""A manifest in, the sections of its report out, in sums that name no transcript; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Literal, get_args
from xml.etree.ElementTree import Element

from corpus.release import wording
from corpus.release.manifest import Manifest
from corpus.release.report import charts
from corpus.release.report.markup import Child, element, number

Section = tuple[str, str, list[Element]]
"""Name in links, heading, and what stands below."""

_Total = Literal["transcripts", "turns", "words", "redactions", "kept"]
_TOTALS: tuple[_Total, ...] = get_args(_Total)


def of(manifest: Manifest, parent: Manifest | None) -> Iterator[Section]:
    """Yield the sections in order."""
    yield "findings", "What was found", _findings(manifest)
    yield "redactions", "What was redacted, and how", _redactions(manifest)
    yield "cohorts", "By cohort", _by_cohort(manifest)
    yield "words", "Words kept", _words(manifest)
    yield "withheld", "What was withheld", _withheld(manifest)
    if parent:
        yield "changes", f"Since version {parent['version']}", _changes(manifest, parent)
    yield "origin", "What made it", _origin(manifest)
    yield "cite", "Cite and verify", _cite(manifest)


def _findings(manifest: Manifest) -> list[Element]:
    ingested = manifest["ingested"]
    return [
        _text(
            f"{wording.detection(manifest)} In the {number(ingested['transcripts'])} transcripts"
            f" that went in, withheld ones included, they found {number(ingested['findings'])}"
            " mentions that may have to be hidden."
        ),
        *_if_any(ingested["findings_by_label"], "Findings by label", "label"),
    ]


def _redactions(manifest: Manifest) -> list[Element]:
    counts = manifest["counts"]
    treatments = counts["treatments"]
    operators, masks = counts["redactions_by_operator"], counts["redactions_by_mask"]
    said = _text(
        f"{number(counts['redactions'])} mentions are redacted in this release, by the policy"
        f" “{manifest['made_with']['policy']}”. {wording.standing(manifest)}"
        f" {number(counts['placeholders'])} placeholders stood in the sources already."
        f" {wording.reviewed(manifest)}"
    )
    if not treatments:
        return [said]
    by_operator = {label: _operators(of_label) for label, of_label in treatments.items()}
    by_mask = {
        label: {mask: sum(n.values()) for mask, n in of_label.items()}
        for label, of_label in treatments.items()
    }
    return [
        said,
        charts.stacked("Mentions by label and operator", "label", sorted(operators), by_operator),
        charts.stacked("Mentions by label and mask", "label", sorted(masks), by_mask),
        charts.bars("Mentions by what found them", "rule", counts["redactions_by_rule"]),
        _text(
            "direct: identifies somebody by itself. quasi: narrows down who it is, and identifies"
            " with others of its kind."
        ),
    ]


def _operators(of_label: Mapping[str, Mapping[str, int]]) -> Counter[str]:
    found: Counter[str] = Counter()
    for operators in of_label.values():
        found.update(operators)
    return found


def _by_cohort(manifest: Manifest) -> list[Element]:
    found: dict[str, Counter[str]] = {}
    for transcript in manifest["transcripts"].values():
        for label, n in transcript["redactions_by_label"].items():
            found.setdefault(label, Counter())[transcript["cohort"]] += n
    if not found:
        return [_text("Nothing was redacted in any cohort.")]
    cohorts = sorted(manifest["counts"]["transcripts_by_cohort"])
    title = "Mentions redacted, by label and cohort"
    return [charts.stacked(title, "label", cohorts, found)]


def _words(manifest: Manifest) -> list[Element]:
    counts = manifest["counts"]
    sums: dict[str, Counter[str]] = {}
    for transcript in manifest["transcripts"].values():
        of_cohort = sums.setdefault(transcript["cohort"], Counter())
        of_cohort.update({"transcripts": 1, "turns": transcript["turns"]})
        of_cohort.update({"words": transcript["words"]})
        of_cohort.update({"mentions": sum(transcript["redactions_by_label"].values())})
    words = {cohort: n["words"] for cohort, n in sums.items()}
    rows: list[tuple[Child, ...]] = [
        (cohort, n["transcripts"], n["turns"], n["mentions"], _rate(n["mentions"], n["words"]))
        for cohort, n in sorted(sums.items())
    ]
    head = ("cohort", "transcripts", "turns", "mentions redacted", "per thousand words")
    return [
        _text(
            f"The turns hold {number(counts['words'])} words, split at white space; a placeholder"
            f" counts as one. {_rate(counts['redactions'], counts['words'])} mentions were redacted"
            " in every thousand of them; the rest stands as it was said."
        ),
        charts.bars("Words by cohort", "cohort", words),
        charts.listed("Each cohort in numbers", head, rows),
    ]


def _rate(mentions: int, words: int) -> str:
    return f"{1000 * mentions / words:.1f}" if words else "0.0"


def _withheld(manifest: Manifest) -> list[Element]:
    ingested = manifest["ingested"]
    said = (
        f"{number(ingested['withheld'])} of the {number(ingested['transcripts'])} transcripts that"
        " went in are not in this release."
    )
    if ingested["consent_required"]:
        said += " A transcript without its participant's consent is never in it."
    reasons = ingested["withheld_by_reason"]
    return [
        _text(said),
        *_if_any(reasons, "Transcripts withheld, by reason", "reason", wording.REASONS),
    ]


def _changes(manifest: Manifest, parent: Manifest) -> list[Element]:
    series = (parent["version"], manifest["version"])
    before, after = parent["transcripts"], manifest["transcripts"]
    changed = sum(before[i]["digest"] != after[i]["digest"] for i in before.keys() & after.keys())
    then, now = parent["counts"], manifest["counts"]
    totals = {name: (then[name], now[name]) for name in _TOTALS}
    labels = then["redactions_by_label"], now["redactions_by_label"]
    by_label = {
        label: (labels[0].get(label, 0), labels[1].get(label, 0))
        for label in sorted({*labels[0], *labels[1]})
    }
    shown = [
        _text(
            f"Transcripts that came in: {number(len(after.keys() - before.keys()))}; that are no"
            f" longer there: {number(len(before.keys() - after.keys()))}; that changed:"
            f" {number(changed)}. Places hidden then that stand now, since the steward wants it"
            f" so: {number(manifest['bared'])}. {_made_otherwise(manifest, parent)}"
        ),
        charts.listed(
            "Totals",
            ("total", *series, "change"),
            [(name, *pair, charts.change(*pair)) for name, pair in totals.items()],
        )
        if _differ(totals.values())
        else _text(f"All totals are those of {parent['version']}: {', '.join(totals)}."),
    ]
    if _differ(by_label.values()):
        shown.append(charts.compared("Mentions redacted, by label", "label", series, by_label))
    elif by_label:
        shown.append(_text("As many mentions of each label are redacted as then."))
    return shown


def _differ(pairs: Iterable[tuple[int, int]]) -> bool:
    return any(old != new for old, new in pairs)


def _made_otherwise(manifest: Manifest, parent: Manifest) -> str:
    """Tell which of the things that make a release are not those of the parent."""
    named = {
        "tool_version": "the tool",
        "rules": "the rules",
        "model": "the embedded model",
        "policy_digest": "the policy",
        "roster": "the use of a roster",
    }
    before, after = parent["made_with"], manifest["made_with"]
    other = [name for key, name in named.items() if before.get(key) != after.get(key)]
    if not other:
        return "It was made with the same tool, rules, model and policy."
    return f"Not the same as then: {', '.join(other)}."


def _origin(manifest: Manifest) -> list[Element]:
    made, writer = manifest["made_with"], manifest["writer"]
    rows: dict[str, str] = {
        "tool": f"{made['tool']} {made['tool_version']}",
        "policy": f"{made['policy']}, {made['policy_digest']}",
        "thresholds": made["thresholds"] or "the policy's own",
        "rules": made["rules"],
        "all of detection": made["detector"],
        "embedded model": made["model"] or "switched off",
        "roster": "used" if made["roster"] else "none",
        "written by": f"{writer['library']} {writer['library_version']}",
        "content (logical digest)": manifest["logical_digest"],
    }
    pairs = ((element("dt", key), element("dd", value)) for key, value in rows.items())
    return [element("dl", *chain.from_iterable(pairs), class_="origin")]


def _cite(manifest: Manifest) -> list[Element]:
    return [
        element("blockquote", element("p", wording.citation(manifest), dir="auto")),
        _text(
            "That is the hash of the content. To name every byte of this release but the date, add"
            " its pin, version and digest: ",
            element("code", f"corpus pin {manifest['version']}"),
            " prints it; it stands in ",
            _file(),
            ".",
        ),
        _text(
            "Check the files with ",
            element("code", "sha256sum -c SHA256SUMS"),
            " or, counts and tables included, with ",
            element("code", f"corpus verify {manifest['version']}"),
            ".",
        ),
        _text(f"{wording.DE_IDENTIFIED} {wording.CONDUCT}"),
        _text(wording.ON_FINDING),
    ]


def _file() -> Element:
    return element("a", "manifest.json", href="manifest.json")


def _text(*children: Child) -> Element:
    return element("p", *children)


def _if_any(
    counts: Mapping[str, int], title: str, key: str, notes: Mapping[str, str] = {}
) -> list[Element]:
    return [charts.bars(title, key, counts, notes=notes)] if counts else []
