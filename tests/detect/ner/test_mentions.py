"""From logits to findings: which words belong together, and how sure the model is."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from tokenizers import Tokenizer

from corpus.detect.ner.encoding import NO_WORD, SHAPES, Encoder
from corpus.detect.ner.mentions import FLOOR, mentions, names
from corpus.detect.ner.model import FOLDER, Facts
from corpus.model import LABELS, Finding, Transcript

Build = Callable[..., Transcript]

ENCODER = Encoder(Tokenizer.from_file(str(FOLDER / "tokenizer.json")))
CLASSES = ("O", "KEEP", *LABELS)
FACTS = Facts(classes=CLASSES, shapes=SHAPES, size=64, context=8, temperature=1.0, files={})


def found(
    transcript: Transcript,
    said: dict[str, tuple[str, float]],
    begins: tuple[str, ...] = (),
    facts: Facts = FACTS,
) -> list[Finding]:
    """Return what comes of a model that says a class with a probability for each named word."""
    encoded = ENCODER.encode(transcript.turns)
    logits = np.full((len(encoded.ids), len(CLASSES) + 1), -20.0, dtype=np.float32)
    logits[:, 0] = 0.0
    for piece, word in enumerate(encoded.word_of.tolist()):
        if word == NO_WORD:
            continue
        surface = transcript.text_of(encoded.words[word])
        if surface in said:
            name, share = said[surface]
            logits[piece, 0] = np.log(1 - share)
            logits[piece, CLASSES.index(name)] = np.log(share)
        if surface in begins:
            logits[piece, -1] = 20.0
    return list(mentions(encoded, logits, facts))


def shown(transcript: Transcript, findings: list[Finding]) -> list[tuple[str, str, str, float]]:
    return [(transcript.text_of(f.span), f.label, f.mask, f.score) for f in findings]


def test_neighbouring_words_of_one_label_are_one_mention(transcript: Build) -> None:
    built = transcript("P: I met Ada Holm there")
    findings = found(built, {"Ada": ("PERSON", 0.9), "Holm": ("PERSON", 0.8)})
    assert shown(built, findings) == [("Ada Holm", "PERSON", "direct", 0.9)]


def test_a_word_that_begins_a_mention_ends_the_one_before(transcript: Build) -> None:
    built = transcript("P: Cork Ireland")
    said = {"Cork": ("LOCATION", 0.9), "Ireland": ("LOCATION", 0.8)}
    findings = found(built, said, begins=("Cork", "Ireland"))
    assert shown(built, findings) == [
        ("Cork", "LOCATION", "quasi", 0.9),
        ("Ireland", "LOCATION", "quasi", 0.8),
    ]


def test_labels_part_mentions_and_turns_do_too(transcript: Build) -> None:
    built = transcript("P: Holm Ada\nQ: Bo")
    said = {"Holm": ("EMPLOYER", 0.9), "Ada": ("PERSON", 0.9), "Bo": ("PERSON", 0.9)}
    findings = found(built, said)
    assert [(f.span.turn, f.label) for f in findings] == [
        (0, "EMPLOYER"),
        (0, "PERSON"),
        (1, "PERSON"),
    ]


def test_a_word_at_the_end_that_hardly_belongs_is_left_out(transcript: Build) -> None:
    built = transcript("P: at Ullby now")
    said = {
        "at": ("LOCATION", 0.15),
        "Ullby": ("LOCATION", 0.9),
        "now": ("LOCATION", 0.2),
    }
    assert shown(built, found(built, said)) == [("Ullby", "LOCATION", "quasi", 0.9)]


def test_what_scores_below_the_floor_is_not_recorded(transcript: Build) -> None:
    built = transcript("P: Ada Holm")
    assert not found(built, {"Ada": ("PERSON", FLOOR / 2)})


def test_what_tempts_and_stays_is_said_with_mask_none(transcript: Build) -> None:
    built = transcript("P: in Excel")
    assert shown(built, found(built, {"Excel": ("KEEP", 0.9)}))[0][::2] == ("Excel", "none")
    assert not found(built, {"Excel": ("KEEP", 0.4)})


def test_temperature_moves_scores_and_never_their_order(transcript: Build) -> None:
    built = transcript("P: Ada, Bo")
    said = {"Ada": ("PERSON", 0.9), "Bo": ("PERSON", 0.7)}
    mild = Facts(classes=CLASSES, shapes=SHAPES, size=64, context=8, temperature=2.0, files={})
    first, second = found(built, said, facts=mild)
    assert 0.5 < second.score < 0.7 < first.score < 0.9


@pytest.mark.parametrize("text", ["P: ", "P: ...", "P: \u200b"])
def test_a_turn_without_words_has_no_mentions(transcript: Build, text: str) -> None:
    assert not found(transcript(text), {})


def test_signs_at_the_ends_of_a_mention_stay_outside(transcript: Build) -> None:
    built = transcript("P: (jo@ulm.de).")
    said = dict.fromkeys(("(", "jo", "@", "ulm", ".", "de", ")"), ("EMAIL_ADDRESS", 0.9))
    assert shown(built, found(built, said)) == [("jo@ulm.de", "EMAIL_ADDRESS", "direct", 0.9)]


def test_speaker_labels_are_left_to_the_list_of_roles(transcript: Build) -> None:
    said = {"Speaker": ("PERSON", 0.9), "Ulm": ("EMPLOYER", 0.9), "Claude": ("KEEP", 0.9)}
    built = transcript("Speaker A: in Ulm\nClaude: no")
    assert shown(built, found(built, said)) == [("Ulm", "EMPLOYER", "direct", 0.9)]


def test_little_words_count_within_a_name_alone(transcript: Build) -> None:
    built = transcript("P: the Faculty of Law is the best, That's all in IT")
    said: dict[str, tuple[str, float]] = {
        "the": ("WORK_TITLE", 0.9),
        "Faculty": ("EMPLOYER", 0.9),
        "of": ("ORGANIZATION", 0.9),
        "Law": ("EMPLOYER", 0.9),
        "s": ("PERSON", 0.9),
        "IT": ("ORGANIZATION", 0.9),
    }
    left = names(built, found(built, said))
    assert [built.text_of(f.span) for f in left] == ["Faculty", "of", "Law", "IT"]


def test_a_likelier_name_of_nobody_stays_unless_it_would_be_quasi(transcript: Build) -> None:
    built = transcript("P: with Ada in Ulm")
    encoded = ENCODER.encode(built.turns)
    logits = np.full((len(encoded.ids), len(CLASSES) + 1), -20.0, dtype=np.float32)
    logits[:, 0] = 0.0
    for word, label in (("Ada", "PERSON"), ("Ulm", "LOCATION")):
        number = [built.text_of(span) for span in encoded.words].index(word)
        logits[encoded.word_of == number, CLASSES.index("KEEP")] = 10.0
        logits[encoded.word_of == number, CLASSES.index(label)] = 9.5
    masks = {built.text_of(f.span): f.mask for f in mentions(encoded, logits, FACTS)}
    assert masks == {"Ada": "none", "Ulm": "quasi"}
