"""Rules keep to their examples; a folder that does not hold is refused with the way out."""

from __future__ import annotations

from collections import deque
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import rules
from corpus.errors import DetectorError, RuleError
from corpus.examples import failures
from corpus.redact import policy as policies
from corpus.rules import matching
from corpus.rules.matching import find, matchers
from corpus.rules.placeholders import PLACEHOLDER
from corpus.rules.ruleset import Rule, RuleSet

BUILTIN = rules.load([rules.builtin_folder()])
READY = matchers(BUILTIN)
RULE = """
    - id: loom-number
      label: ID_NUMBER
      mask: direct
      pattern: 'loom (?P<mention>\\d+)'
      score: 0.9
      why: the number of a loom
      match: ['at loom «12»']
      miss: ['the loom']
    """


def write(folder: Path, text: str, name: str = "own.yaml") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(dedent(text), "utf-8")
    return folder


def found(ruleset: RuleSet, text: str) -> list[tuple[str, str]]:
    hits = find(READY if ruleset is BUILTIN else matchers(ruleset), text)
    return [(text[hit.start : hit.end], hit.rule.id) for hit in hits]


def refusal(folder: Path) -> str:
    with pytest.raises(RuleError) as caught:
        rules.load([folder])
    return str(caught.value).removeprefix(f"{folder}/")


def test_every_built_in_rule_keeps_to_its_examples() -> None:
    assert [str(failure) for failure in failures(BUILTIN)] == []


@pytest.mark.parametrize("rule", BUILTIN.rules, ids=lambda rule: rule.id)
def test_a_built_in_rule_has_examples_of_both_kinds(rule: Rule) -> None:
    assert len(rule.match) > 1
    assert len(rule.miss) > 1


@pytest.mark.parametrize("rule", BUILTIN.rules, ids=lambda rule: rule.id)
def test_what_a_built_in_rule_finds_is_hidden_but_by_cautious_policies(rule: Rule) -> None:
    for name in ("high-recall", "balanced"):
        policy = policies.load("default", [rules.builtin_folder() / "policies"], name)
        assert rule.score >= policy.threshold(rule.label)


def test_the_digest_ignores_files_order_and_comments(tmp_path: Path) -> None:
    other = RULE.replace("loom-number", "other-number")
    apart = write(write(tmp_path / "apart", RULE, "z.yaml"), other, "a.yaml")
    together = write(tmp_path / "together", f"# looms\n{dedent(other)}\n{dedent(RULE)}")
    assert rules.load([apart]).digest == rules.load([together]).digest


@pytest.mark.parametrize(
    ("old", "new"),
    [("0.9", "0.8"), ("direct", "quasi"), ("of a loom", "of looms"), ("the loom'", "a loom'")],
)
def test_the_digest_covers_every_field(tmp_path: Path, old: str, new: str) -> None:
    before = rules.load([write(tmp_path / "before", RULE)])
    after = rules.load([write(tmp_path / "after", RULE.replace(old, new))])
    assert before.digest != after.digest


def test_the_digest_covers_word_lists_and_ambiguous_words(tmp_path: Path) -> None:
    plain = rules.load([write(tmp_path / "plain", RULE)]).digest
    listed = write(write(tmp_path / "listed", RULE), "looms: [jacquard]", "words.yaml")
    doubtful = write(write(tmp_path / "doubtful", RULE), "words: [will]", "ambiguous.yaml")
    assert len({plain, rules.load([listed]).digest, rules.load([doubtful]).digest}) == 3


def test_a_rule_of_the_steward_says_so(tmp_path: Path) -> None:
    both = rules.load([rules.builtin_folder(), write(tmp_path / "own", RULE)])
    assert {rule.origin for rule in both.rules if rule.id == "loom-number"} == {"steward"}
    assert {rule.origin for rule in BUILTIN.rules} == {"builtin"}


def test_words_of_several_folders_are_taken_together(tmp_path: Path) -> None:
    one = write(tmp_path / "one", "looms: [jacquard]", "words.yaml")
    two = write(tmp_path / "two", "looms: [dobby]", "words.yaml")
    assert rules.load([one, two]).words == {"looms": ("dobby", "jacquard")}


def test_words_may_be_written_as_one_text(tmp_path: Path) -> None:
    own = write(tmp_path / "own", "looms: >\n  jacquard, power\n  loom, dobby\n", "words.yaml")
    assert rules.load([own]).words == {"looms": ("dobby", "jacquard", "power loom")}


def test_a_rule_runs_only_beside_its_keywords(tmp_path: Path) -> None:
    narrowed = f"{dedent(RULE).rstrip()}\n  keywords: [shed]\n"
    ruleset = rules.load([write(tmp_path / "own", narrowed)])
    assert found(ruleset, "loom 12") == []
    assert found(ruleset, "loom 12 in SHED 3") == [("12", "loom-number")]


def test_word_lists_let_mentions_through_and_hold_them_back(tmp_path: Path) -> None:
    pattern = RULE.replace(r"\d+", r"\w+(?: \w+)?").replace("at loom «12»", "loom «Ada»")
    own = write(
        tmp_path / "own", f"{dedent(pattern).rstrip()}\n  only: [known]\n  unless: [stopped]\n"
    )
    write(own, "known: [ada, oke, oke brandt]\nstopped: [oke]", "words.yaml")
    ruleset = rules.load([own])
    assert found(ruleset, "loom Ada.") == [("Ada", "loom-number")]
    assert found(ruleset, "loom Nan, loom Oke, loom Oke Brandt.") == []


@pytest.mark.parametrize(
    ("check", "right", "wrong"),
    [
        ("luhn", "4111 1111 1111 1111", "4111 1111 1111 1112"),
        ("iban", "DE89 3704 0044 0532 0130 00", "DE88 3704 0044 0532 0130 00"),
        ("ipv4", "10.255.0.1", "10.256.0.1"),
    ],
)
def test_a_computation_must_hold_as_well(
    tmp_path: Path, check: str, right: str, wrong: str
) -> None:
    checked = dedent(RULE).rstrip().replace(r"\d+", r"[\w. ]+") + f"\n  check: {check}\n"
    ruleset = rules.load([write(tmp_path / "own", checked)])
    assert found(ruleset, f"loom {right}") == [(right, "loom-number")]
    assert found(ruleset, f"loom {wrong}") == []


@given(st.lists(st.sampled_from(["[REDACTED]", "[EMPLOYER_1]", "I'm from ", "Dr. ", "Ada ", "@ "])))
def test_nothing_is_found_in_a_placeholder(parts: list[str]) -> None:
    text = "".join(parts)
    taken = {i for match in PLACEHOLDER.finditer(text) for i in range(*match.span())}
    for hit in find(READY, text):
        assert taken.isdisjoint(range(hit.start, hit.end))


@given(st.text(max_size=80))
def test_what_is_found_lies_in_the_text(text: str) -> None:
    for hit in find(READY, text):
        assert 0 <= hit.start < hit.end <= len(text)


@pytest.mark.parametrize("rule", BUILTIN.rules, ids=lambda rule: rule.id)
def test_a_sentence_before_changes_no_finding(rule: Rule) -> None:
    before = "Nothing is said in this one.\n"
    for example in rule.match:
        text = example.replace("«", "").replace("»", "")
        alone, later = found(BUILTIN, text), found(BUILTIN, before + text)
        assert sorted(alone) == sorted(later)


def test_a_pattern_without_end_stops_the_run(tmp_path: Path) -> None:
    endless = RULE.replace(r"loom (?P<mention>\d+)", r"(?:a|a|aa)+(?P<mention>b)(?!c)")
    ruleset = rules.load([write(tmp_path / "own", endless)])
    with pytest.raises(DetectorError) as caught:
        found(ruleset, "a" * 5000 + "bc")
    assert str(caught.value) == (
        "rule loom-number took over 2 seconds on one text"
        " - make its pattern simpler; nothing was passed as clean"
    )


def test_a_pattern_that_is_slow_on_every_text_stops_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matching, "_PATIENCE", 0.01)
    monkeypatch.setattr(matching, "_HICCUP", 0.0)
    slow = RULE.replace(r"loom (?P<mention>\d+)", "a*a*a*a*(?P<mention>[bc])")
    (matcher,) = matchers(rules.load([write(tmp_path / "own", slow)]))
    text = "a" * 60
    with pytest.raises(DetectorError, match="seconds too many on all texts"):
        deque((hit for _ in range(1000) for hit in matcher.find(text, text)), maxlen=0)


def test_a_failing_example_is_named_by_rule_and_number(tmp_path: Path) -> None:
    wrong = RULE.replace("['at loom «12»']", "['loom 1', 'at «loom 12»']")
    wrong = wrong.replace("['the loom']", "['the loom', 'loom 3']")
    found_failures = list(failures(rules.load([write(tmp_path / "own", wrong)])))
    assert [str(failure) for failure in found_failures] == [
        "rule loom-number, match 2: another span is found as it stands: at loom 12",
        "rule loom-number, miss 2: something is found as it stands: loom 3",
    ]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "ID_NUMBER",
            "NUMBER",
            (
                "own.yaml, rule loom-number: label: has an unknown value - use one of: PERSON,"
                " EMPLOYER, ORGANIZATION, LOCATION, EMAIL_ADDRESS, PHONE_NUMBER, URL, DOMAIN_NAME,"
                " USERNAME, ID_NUMBER, DATE, AGE, DEMOGRAPHIC, WORK_TITLE"
            ),
        ),
        (
            "mask: direct",
            "mask: hidden",
            (
                "own.yaml, rule loom-number: mask: has an unknown value"
                " - use one of: direct, quasi, none"
            ),
        ),
        (
            "score: 0.9",
            "score: 9",
            "own.yaml, rule loom-number: score: is not a score - write a number above 0, at most 1",
        ),
        (
            "why: the number of a loom",
            "reason: a loom",
            "own.yaml, rule loom-number: why: is missing - add `why:`",
        ),
        (
            "score: 0.9",
            "score: 0.9\n      flags: x",
            (
                "own.yaml, rule loom-number: flags: is not a key - use one of: check, field, id,"
                " ignore_case, keywords, label, mask, match, miss, only, pattern, score, unless,"
                " why"
            ),
        ),
        (
            "miss: ['the loom']",
            "miss: []",
            "own.yaml, rule loom-number: miss: is empty - add at least one text",
        ),
        (
            "miss: ['the loom']",
            "miss: the loom",
            "own.yaml, rule loom-number: miss: is not a list of texts - write ['one', 'two']",
        ),
        (
            r"loom (?P<mention>\d+)",
            "loom (",
            (
                "own.yaml, rule loom-number: pattern: is not a regular expression"
                " (missing ) at position 6) - mend it; keep it in single quotes"
            ),
        ),
        (
            "score: 0.9",
            "score: 0.9\n      keywords: [Loom]",
            (
                "own.yaml, rule loom-number: keywords: are not all lower case"
                " - write them in lower case"
            ),
        ),
        (
            "score: 0.9",
            "score: 0.9\n      unless: [looms]",
            (
                "own.yaml, rule loom-number: unless: names no word list: looms"
                " - define it in words.yaml"
            ),
        ),
        (
            "- id: loom-number",
            "- name: loom",
            "own.yaml, rule 1: id: is missing - add `id:`",
        ),
        (
            "- id: loom-number",
            "  id: loom-number",
            "own.yaml: is not a list of rules - begin each rule with `- id: …`",
        ),
    ],
)
def test_a_rule_that_does_not_hold_is_refused(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    assert refusal(write(tmp_path / "own", RULE.replace(old, new))) == message


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        (
            "own.yaml",
            "- id: 'x",
            (
                "own.yaml, line 1: is not valid YAML"
                " - mend it; put patterns and examples in single quotes"
            ),
        ),
        (
            "keep.yaml",
            "[{id: x, why: y, match: [a], miss: [b]}]",
            (
                "keep.yaml, keep entry x: surfaces: stands with a pattern, or neither does"
                " - give it either surfaces or a pattern"
            ),
        ),
        (
            "ambiguous.yaml",
            "words: [Will]",
            "ambiguous.yaml, words: are not all lower case - write them in lower case",
        ),
        (
            "engine.yaml",
            "presidio: UrlRecognizer\nwhy: x",
            "engine.yaml, presidio: is not a list of texts - write ['one', 'two']",
        ),
        (
            "words.yaml",
            "[a, b]",
            (
                "words.yaml: is not a set of word lists"
                " - write each set of word lists as `key: value` lines"
            ),
        ),
    ],
)
def test_a_file_that_does_not_hold_is_refused(
    tmp_path: Path, name: str, text: str, message: str
) -> None:
    assert refusal(write(tmp_path / "own", text, name)) == message


def test_an_id_is_given_once(tmp_path: Path) -> None:
    one, two = write(tmp_path / "one", RULE), write(tmp_path / "two", RULE)
    with pytest.raises(RuleError) as caught:
        rules.load([one, two])
    assert str(caught.value) == (
        f"{two}/own.yaml, rule loom-number: id: is taken, see {one}/own.yaml - give it another id"
    )


def test_a_folder_that_is_not_there_is_no_empty_one(tmp_path: Path) -> None:
    missing = tmp_path / "none"
    with pytest.raises(RuleError) as caught:
        rules.load([missing])
    assert str(caught.value) == f"{missing}: no folder of rules - name one that is there"


@pytest.mark.parametrize(
    "unit", ["A", "a", "Ab ", "\n", " ", "7", "a.", "A, ", "a@", "-", "x dot "]
)
def test_no_rule_of_ours_runs_out_of_time_on_a_monotone_text(unit: str) -> None:
    text = unit * (8000 // len(unit))
    for matcher in matchers(rules.load([rules.builtin_folder()])):
        list(matcher.find(text, text.lower()))
