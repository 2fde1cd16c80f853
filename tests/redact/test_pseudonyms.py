"""Who is who: by label, surface and repeats, never by likeness."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from corpus.model import Finding, Hidden, Transcript
from corpus.redact.pseudonyms import Entity, number

Build = Callable[..., Transcript]
Find = Callable[..., Finding]


def numbers(transcript: Transcript, *findings: Finding) -> list[int]:
    found = number(transcript, findings, among=findings)
    return [found[finding.span] for finding in findings]


def test_a_name_and_a_place_of_one_spelling_are_two_entities(
    transcript: Build, finding: Find
) -> None:
    talk = transcript("P: Anna met Lee in Lee")
    found = [
        finding(talk, "Anna"),
        finding(talk, "Lee"),
        finding(talk, "Lee", "LOCATION", "quasi", nth=1),
    ]
    assert numbers(talk, *found) == [1, 2, 1]


def test_names_that_look_alike_stay_two_people(transcript: Build, finding: Find) -> None:
    talk = transcript("P: Jan and Jon came")
    assert numbers(talk, finding(talk, "Jan"), finding(talk, "Jon")) == [1, 2]


def test_case_accents_and_possessives_do_not_make_another_person(
    transcript: Build, finding: Find
) -> None:
    talk = transcript("P: Zoë's desk, ZOË and Zoe\u2019s mug")
    found = [finding(talk, "Zoë's"), finding(talk, "ZOË"), finding(talk, "Zoe\u2019s")]
    assert numbers(talk, *found) == [1, 1, 1]


def test_numbers_follow_the_order_of_reading_not_of_finding(
    transcript: Build, finding: Find
) -> None:
    talk = transcript("Bo: hello Cy\nCy: hello Bo")
    found = [
        finding(talk, "Cy", nth=1),
        finding(talk, "Bo", nth=1),
        finding(talk, "Cy"),
        finding(talk, "Bo"),
    ]
    assert numbers(talk, *found) == [2, 1, 2, 1]


def test_a_part_of_a_name_has_the_number_of_the_name(transcript: Build, finding: Find) -> None:
    talk = transcript("P: Lee called\nI: Who is Anna Lee?\nP: Lee is my boss, Anna that is")
    whole = finding(talk, "Anna Lee")
    found = [
        whole,
        finding(talk, "Lee", repeats=whole.span),
        finding(talk, "Anna", nth=1, repeats=whole.span),
        finding(talk, "Lee", nth=2),
    ]
    assert numbers(talk, *found) == [1, 1, 1, 1]


def test_repeats_are_followed_to_their_beginning(transcript: Build, finding: Find) -> None:
    talk = transcript("P: Dr Anna Lee, Anna Lee, Lee")
    first = finding(talk, "Dr Anna Lee")
    second = finding(talk, "Anna Lee", nth=1, repeats=first.span)
    third = finding(talk, "Lee", nth=2, repeats=second.span)
    assert numbers(talk, third, second, first) == [1, 1, 1]


def test_a_first_name_that_two_people_share_does_not_make_them_one(
    transcript: Build, finding: Find
) -> None:
    talk = transcript("P: Anna Lee and Anna Fox; Anna said, Anna asked, Anna left")
    lee, fox = finding(talk, "Anna Lee"), finding(talk, "Anna Fox")
    found = [
        lee,
        fox,
        finding(talk, "Anna", nth=2, repeats=lee.span),
        finding(talk, "Anna", nth=3, repeats=fox.span),
        finding(talk, "Anna", nth=4),
    ]
    assert numbers(talk, *found) == [1, 2, 1, 2, 3]


def test_a_repeat_under_another_label_is_another_entity(transcript: Build, finding: Find) -> None:
    talk = transcript("P: Anna Lee is anna.lee@example.org")
    name = finding(talk, "Anna Lee")
    mail = finding(talk, "anna.lee@example.org", "EMAIL_ADDRESS", repeats=name.span)
    assert numbers(talk, name, mail) == [1, 1]


def test_findings_that_repeat_one_another_are_one(transcript: Build, finding: Find) -> None:
    talk = transcript("P: Anna or Annie")
    anna, annie = finding(talk, "Anna"), finding(talk, "Annie")
    found = [
        finding(talk, "Anna", repeats=annie.span),
        finding(talk, "Annie", repeats=anna.span),
    ]
    assert numbers(talk, *found) == numbers(talk, *reversed(found)) == [1, 1]


def test_one_word_has_the_number_of_the_only_name_it_is_part_of(
    transcript: Build, finding: Find
) -> None:
    talk = transcript("roe: hi Jane\nP1 - Jane Roe: I am jané, Jane Roe-Berg's twin")
    found = [finding(talk, text) for text in ("roe", "Jane", "jané")]
    assert numbers(talk, *found, finding(talk, "Jane Roe")) == [1, 1, 1, 1]


def test_halves_and_wholes_of_a_double_name_are_one_person(
    transcript: Build, finding: Find
) -> None:
    talk = transcript("P: Berg. Gunnarsen\u2013Berg. Ole Gunnarsen-Berg, Gunnarsen")
    found = [
        finding(talk, "Berg"),
        finding(talk, "Gunnarsen\u2013Berg"),
        finding(talk, "Ole Gunnarsen-Berg"),
        finding(talk, "Gunnarsen", nth=2),
    ]
    assert numbers(talk, *found) == [1, 1, 1, 1]


def test_a_word_that_is_part_of_two_names_or_of_none_is_another_person(
    transcript: Build, finding: Find
) -> None:
    talk = transcript("P: Jane Roe, Jane Fox; Jane, Ro")
    found = [finding(talk, text) for text in ("Jane Roe", "Jane Fox")]
    found += [finding(talk, "Jane", nth=2), finding(talk, "Ro", nth=1)]
    assert numbers(talk, *found) == [1, 2, 3, 4]


def test_a_place_is_no_part_of_a_name(transcript: Build, finding: Find) -> None:
    talk = transcript("P: Mo, Jane Roe in Roe near New Mo")
    found = [
        finding(talk, "Jane Roe"),
        finding(talk, "Roe", "LOCATION", nth=1),
        finding(talk, "New Mo", "LOCATION"),
        finding(talk, "Mo"),
    ]
    assert numbers(talk, *found) == [2, 1, 2, 1]


def test_who_repeats_a_mention_that_is_kept_stays_one_person(
    transcript: Build, finding: Find
) -> None:
    talk = transcript("P: Anna Lee here. Lee? Anna, yes")
    kept = finding(talk, "Anna Lee", mask="none", recognizer="decision")
    lee = finding(talk, "Lee", nth=1, repeats=kept.span)
    anna = finding(talk, "Anna", nth=1, repeats=kept.span)
    found = number(talk, [lee, anna], among=[kept, lee, anna])
    assert found == {lee.span: 1, anna.span: 1}


def test_numbers_that_stand_in_the_source_are_left_out(transcript: Build, finding: Find) -> None:
    talk = transcript("P: [PERSON_1] and Anna met Bo, [PERSON_3] and [EMPLOYER_2]")
    assert numbers(talk, finding(talk, "Anna"), finding(talk, "Bo")) == [2, 4]


def test_a_number_that_anybody_ever_had_is_never_given_again(
    transcript: Build, finding: Find
) -> None:
    talk = transcript("P: Jan and Jon")
    jan, jon = finding(talk, "Jan"), finding(talk, "Jon")
    earlier = [
        Hidden(span=jan.span, label="PERSON", surface="Jan", shown=shown)
        for shown in ("[PERSON_1]", "[PERSON_2]")
    ]
    found = number(talk, [jan, jon], among=[jan, jon], earlier=earlier)
    assert found == {jan.span: 2, jon.span: 3}


def test_an_entity_does_not_show_its_surface() -> None:
    assert repr(Entity("PERSON", "qanary")) == "Entity(PERSON)"


SCRIPT = """
import sys
sys.path.insert(0, {root!r})
from corpus.model import *
from corpus.redact import policy, redact
from corpus import rules
words = "Anna Lee Lee Jan Jon Anna Bo Cy Lee".split()
labels = ["PERSON", "PERSON", "LOCATION", "PERSON", "PERSON", "EMPLOYER", "PERSON", "PERSON",
    "PERSON"]
text, findings = "", []
for word, label in zip(words, labels):
    span = Span(turn=0, start=len(text), end=len(text) + len(word))
    findings.append(Finding(span=span, label=label, mask="direct", score=1.0, rule="r",
        recognizer="patterns", reason="r", repeats=findings[0].span if word == "Bo" else None))
    text += word + " met "
none = SourceMap(segments=())
turn = Turn(index=0, speaker="P", role="participant", text=text, speaker_source=none,
    text_source=none)
talk = Transcript(transcript_id="work_0001", cohort="work", source="", turns=(turn,))
print(redact(talk, findings, policy.load("default", [rules.builtin_folder() / "policies"])).outcome)
"""


def test_the_result_does_not_depend_on_the_hash_seed() -> None:
    root = str(Path(__file__).parents[2])
    outputs = [
        subprocess.run(
            [sys.executable, "-c", SCRIPT.format(root=root)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert outputs[0] == outputs[1]
    assert "[PERSON_1] met [PERSON_2] met [LOCATION_1] met [PERSON_3]" in outputs[0]
