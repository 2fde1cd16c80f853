"""Policies: what the built-in ones do, and what is refused."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from corpus import rules
from corpus.errors import PolicyError
from corpus.model import LABELS, Passage, Span
from corpus.redact import policy
from corpus.redact.policy import Policy

BUILTIN = rules.builtin_folder() / "policies"
MANUAL = Path(__file__).parents[2] / "docs" / "policies.md"

UNKNOWN = "has an unknown value - use one of: mask, placeholder, pseudonym"
KEYS = "labels, languages, other_languages, otherwise, threshold, why"
NO_CODE = "holds what is no language's code - write ISO 639 codes in quotes, as in ['en', 'de']"
SMALL = "why: a reason\notherwise: placeholder\nthreshold: 0.5\n"


def load(name: str) -> Policy:
    return policy.load(name, [BUILTIN])


def write(folder: Path, text: str, name: str = "own.yaml") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize("name", sorted(path.stem for path in BUILTIN.glob("*.yaml")))
def test_a_built_in_policy_hides_every_label_in_both_masks(name: str) -> None:
    loaded = load(name)
    assert loaded.id == name
    for label in LABELS:
        assert "keep" not in {loaded.operator(label, "direct"), loaded.operator(label, "quasi")}
        assert loaded.operator(label, "none") == "keep"


def test_the_manual_tells_what_the_default_policy_does() -> None:
    told = re.findall(
        r"^\| `([A-Z_]+)` \| (\w+) \| (\w+) \|", MANUAL.read_text("utf-8"), re.MULTILINE
    )
    assert told == [(t.label, t.direct, t.quasi) for t in load("default").treatments]


def test_the_manuals_example_of_an_own_policy_holds(tmp_path: Path) -> None:
    (example,) = re.findall(
        r"^```yaml\n(.*?)^```", MANUAL.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    write(tmp_path, example)
    own = policy.load("own", [tmp_path])
    assert (own.operator("LOCATION", "quasi"), own.threshold("LOCATION")) == ("keep", 0.6)


def test_the_default_policy_names_every_label_and_its_reason() -> None:
    assert all(treatment.why for treatment in load("default").treatments)


def test_a_label_without_entry_is_hidden(tmp_path: Path) -> None:
    write(tmp_path, SMALL + "labels: {DATE: {quasi: keep, why: a reason}}\n")
    loaded = policy.load("own", [tmp_path])
    assert loaded.operator("PERSON", "quasi") == "placeholder"
    assert loaded.operator("DATE", "direct") == "placeholder"
    assert loaded.operator("DATE", "quasi") == "keep"


def test_a_label_may_have_its_own_threshold(tmp_path: Path) -> None:
    write(tmp_path, SMALL + "labels: {AGE: {threshold: 0.9, why: a reason}}\n")
    loaded = policy.load("own", [tmp_path])
    assert (loaded.threshold("AGE"), loaded.threshold("DATE")) == (0.9, 0.5)


@pytest.mark.parametrize("name", ["high-recall", "balanced", "cautious"])
def test_the_shipped_thresholds_go_with_every_policy(name: str) -> None:
    loaded = policy.load("default", [BUILTIN], name)
    assert [t.direct for t in loaded.treatments] == [t.direct for t in load("default").treatments]
    assert all(0 < loaded.threshold(label) < 1 for label in LABELS)


def test_high_recall_hides_what_balanced_hides_and_balanced_what_cautious_hides() -> None:
    high, balanced, cautious = (
        policy.load("default", [BUILTIN], name) for name in ("high-recall", "balanced", "cautious")
    )
    for label in LABELS:
        assert high.threshold(label) < balanced.threshold(label) < cautious.threshold(label)
    assert load("default").digest == high.digest != cautious.digest


def test_thresholds_of_ones_own_are_found_beside_the_policies(tmp_path: Path) -> None:
    rows = "\n".join(f"{label}: 0.{number + 10}" for number, label in enumerate(LABELS))
    (tmp_path / "thresholds").mkdir()
    write(tmp_path / "thresholds", f"why: a reason\n{rows}\n", "ours.yaml")
    write(tmp_path, "why: a reason\notherwise: mask\nthreshold: ours\nlabels: {}\n")
    loaded = policy.load("own", [tmp_path])
    assert (loaded.threshold(LABELS[1]), loaded.thresholds) == (0.11, "ours")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("why: a reason\n", "thresholds: PERSON: is missing"),
        ("why: a reason\nAGE: high\n", "is missing"),
    ],
)
def test_thresholds_that_do_not_hold_are_refused(tmp_path: Path, text: str, complaint: str) -> None:
    (tmp_path / "thresholds").mkdir()
    write(tmp_path / "thresholds", text, "ours.yaml")
    write(tmp_path, SMALL + "labels: {}\n")
    with pytest.raises(PolicyError, match=complaint):
        policy.load("own", [tmp_path], "ours")


def test_unknown_thresholds_are_refused_with_those_that_there_are() -> None:
    with pytest.raises(PolicyError, match=r"no such set of thresholds.*balanced, cautious"):
        policy.load("default", [BUILTIN], "bold")


def test_the_digest_covers_what_a_policy_does_and_not_its_words(tmp_path: Path) -> None:
    write(tmp_path, SMALL + "labels: {}\n", "one.yaml")
    write(
        tmp_path,
        "labels: {DATE: {why: other words}}\nthreshold: 0.5\nwhy: x\notherwise: placeholder\n",
        "two.yaml",
    )
    one, two = (policy.load(name, [tmp_path]) for name in ("one", "two"))
    assert one.digest == two.digest
    assert one.digest != replace(one, otherwise="mask").digest
    changed = (replace(one.treatments[0], threshold=0.6), *one.treatments[1:])
    assert one.digest != replace(one, treatments=changed).digest


def test_the_digest_covers_which_languages_are_released(tmp_path: Path) -> None:
    texts = {
        "silent": "",
        "told": "languages: [en]\nother_languages: withhold\n",
        "german": "languages: [en, de]\n",
        "any": "other_languages: keep\n",
    }
    for name, text in texts.items():
        write(tmp_path, f"{SMALL}labels: {{}}\n{text}", f"{name}.yaml")
    digests = {name: policy.load(name, [tmp_path]).digest for name in texts}
    assert digests["silent"] == digests["told"]
    assert len(set(digests.values())) == len(texts) - 1


@pytest.mark.parametrize("name", sorted(path.stem for path in BUILTIN.glob("*.yaml")))
def test_a_built_in_policy_withholds_what_is_not_in_english(name: str) -> None:
    said = Passage(span=Span(turn=0, start=0, end=9), language="de")
    assert load(name).uncovered([said]) == (said,)


def test_a_path_counts_from_the_folders_first(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    path = write(tmp_path / "mine", SMALL + "labels: {}\n")
    assert policy.load("mine/own.yaml", [tmp_path]).id == "own"
    assert policy.load(str(path), []).id == "own"


def test_a_policy_that_is_nowhere_is_refused_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(PolicyError) as caught:
        policy.load("lax", [tmp_path, BUILTIN])
    assert str(caught.value) == (
        "policy lax: there is no such policy"
        " - use one of: default, placeholder, strict; or the path of a YAML file"
    )


def test_two_policies_of_one_name_are_refused(tmp_path: Path) -> None:
    own = write(tmp_path, SMALL + "labels: {}\n", "strict.yaml")
    with pytest.raises(PolicyError) as caught:
        policy.load("strict", [tmp_path, BUILTIN])
    there = BUILTIN / "strict.yaml"
    assert str(caught.value) == f"{own}: has the same name as {there} - rename yours"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "why: a reason\nthreshold: 0.5\nlabels: {}\n",
            "policy: otherwise: is missing - add `otherwise:`",
        ),
        (
            SMALL + "labels: {}\nscope: all\n",
            f"policy: scope: is not a key - use one of: {KEYS}",
        ),
        (
            SMALL + "labels: {NAME: {why: a reason}}\n",
            f"labels: NAME: is not a key - use one of: {', '.join(sorted(LABELS))}",
        ),
        (
            SMALL + "labels: {PERSON: {quasi: hash, why: a reason}}\n",
            f"label PERSON: quasi: {UNKNOWN}, keep",
        ),
        (
            SMALL + "labels: {PERSON: {direct: keep, why: a reason}}\n",
            f"label PERSON: direct: {UNKNOWN}",
        ),
        (
            SMALL + "labels: {LOCATION: {quasi: generalise, why: a reason}}\n",
            f"label LOCATION: quasi: {UNKNOWN}, keep",
        ),
        (
            SMALL + "labels: {PERSON: {none: mask, why: a reason}}\n",
            "label PERSON: none: is not a key - use one of: direct, quasi, threshold, why",
        ),
        (
            SMALL + "labels: {PERSON: {direct: mask}}\n",
            "label PERSON: why: is missing - add `why:`",
        ),
        (
            SMALL.replace("placeholder", "keep") + "labels: {}\n",
            f"policy: otherwise: {UNKNOWN}",
        ),
        (
            SMALL.replace("0.5", "7") + "labels: {}\n",
            "policy: threshold: is not a score - write a number above 0, at most 1",
        ),
        (
            SMALL + "labels: {}\nother_languages: drop\n",
            "policy: other_languages: has an unknown value - use one of: withhold, keep",
        ),
        (
            SMALL + "labels: {}\nlanguages: [en, German]\n",
            f"policy: languages: {NO_CODE}",
        ),
        ("- why\n", "policy: is not a policy - write each policy as `key: value` lines"),
    ],
)
def test_a_policy_that_does_not_hold_is_refused_in_full(
    tmp_path: Path, text: str, message: str
) -> None:
    path = write(tmp_path, text)
    with pytest.raises(PolicyError) as caught:
        policy.load("own", [tmp_path])
    assert str(caught.value) == f"{path}, {message}"
