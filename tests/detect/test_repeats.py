"""What is hidden once is hidden everywhere, or its standing has a recorded reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.detect.repeats import repeat
from corpus.detect.resolve import STAYS, resolve
from corpus.model import Finding, Label, Mask, Span, Transcript
from corpus.surfaces import Concordance, Coverage, occurrences

Build = Callable[..., Transcript]
AMBIGUOUS = frozenset({"will", "rose", "may", "target", "us"})
PUBLIC = frozenset({"many.example"})


def said(
    transcript: Transcript,
    surface: str,
    label: Label = "PERSON",
    *,
    mask: Mask = "direct",
    recognizer: str = "patterns",
    score: float = 0.8,
) -> Finding:
    """Find the first mention that is written exactly so."""
    for turn in transcript.turns:
        at = turn.text.find(surface)
        if at >= 0:
            break
    return Finding(
        span=Span(turn=turn.index, start=at, end=at + len(surface)),
        label=label,
        mask=mask,
        score=score,
        rule="invented",
        recognizer=recognizer,
        reason="invented",
    )


def settled(transcript: Transcript, *findings: Finding) -> tuple[Finding, ...]:
    concordance = Concordance(transcript)
    found = resolve(transcript, findings)
    for _ in range(9):
        repeated = repeat(
            transcript, found, concordance=concordance, ambiguous=AMBIGUOUS, public=PUBLIC
        )
        grown = resolve(transcript, repeated)
        if grown == found:
            return found
        found = grown
    raise AssertionError("repeats do not come to rest")


def hidden(transcript: Transcript, *findings: Finding) -> list[str]:
    found = settled(transcript, *findings)
    return [transcript.text_of(f.span) for f in found if f.mask != "none"]


@pytest.mark.parametrize(
    ("text", "first", "label", "expected"),
    [
        ("P: Ola here\nI: hi OLA, ola's?", "Ola", "PERSON", ["Ola", "OLA", "ola"]),
        (
            "P: Ola Brandt\nI: So Ola, Ms Brandt",
            "Ola Brandt",
            "PERSON",
            ["Ola Brandt", "Ola", "Brandt"],
        ),
        ("P: Ola Brandt\nI: ask Ola B", "Ola Brandt", "PERSON", ["Ola Brandt", "Ola B"]),
        ("P: Ola Brandt signed O.B.", "Ola Brandt", "PERSON", ["Ola Brandt", "O.B."]),
        (
            "P: Ola Kowalska\nI: K-o-w-a-l-s-k-a? P: k o w a l s k a, so O-l-a, at c o w",
            "Ola Kowalska",
            "PERSON",
            ["Ola Kowalska", "K-o-w-a-l-s-k-a", "k o w a l s k a"],
        ),
        ("P: Ola de Vries and de facto", "Ola de Vries", "PERSON", ["Ola de Vries"]),
        ("P: I'm at Zorgo Ltd.\nI: zorgo?", "Zorgo Ltd.", "EMPLOYER", ["Zorgo Ltd.", "zorgo"]),
        (
            "P: Bureau of Odd Maps\nI: the BOM and bom",
            "Bureau of Odd Maps",
            "EMPLOYER",
            ["Bureau of Odd Maps", "BOM", "bom"],
        ),
        ("P: @olab on git, olab", "@olab", "USERNAME", ["@olab", "olab"]),
        ("P: https://ola.test/x or ola.test/x", "https://ola.test/x", "URL", None),
        ("P: I live in Lund. LUND", "Lund", "LOCATION", ["Lund", "LUND"]),
        ("P: Ola said [OLA], [NAME]", "Ola", "PERSON", ["Ola", "OLA"]),
        (
            "P: Ole Gunnarsen-Berg\nI: Gunnarsen, BERG, Gunnarsen Berg, Ole Gunnarsen\u2013Berg",
            "Ole Gunnarsen-Berg",
            "PERSON",
            [
                *("Ole Gunnarsen-Berg", "Gunnarsen", "BERG", "Gunnarsen Berg"),
                "Ole Gunnarsen\u2013Berg",
            ],
        ),
        (
            "P: José García-Márquez, García, GARCIA MARQUEZ",
            "José García-Márquez",
            "PERSON",
            ["José García-Márquez", "García", "GARCIA MARQUEZ"],
        ),
        (
            "P: Kees de Vries\nI: de Vries, DeVries, de facto",
            "Kees de Vries",
            "PERSON",
            ["Kees de Vries", "de Vries", "DeVries"],
        ),
        (
            "P: Ina van der Loom, Van der Loom, vander loom, van der Valk",
            "Ina van der Loom",
            "PERSON",
            ["Ina van der Loom", "Van der Loom", "loom"],
        ),
    ],
)
def test_what_is_hidden_is_hidden_in_every_form(
    transcript: Build, text: str, first: str, label: Label, expected: list[str] | None
) -> None:
    built = transcript(text)
    expected = expected or ["https://ola.test/x", "ola.test/x"]
    assert hidden(built, said(built, first, label)) == expected


@pytest.mark.parametrize(
    ("text", "first", "label", "expected"),
    [
        (
            "P: tove@rifs.no\nI: at RIFS.no, tove? rifs.norway",
            "tove@rifs.no",
            "EMAIL_ADDRESS",
            [("RIFS.no", "DOMAIN_NAME", "repeats.domain")],
        ),
        (
            "P: mail jane.roe+x @ brindlewood.co.uk, jane.roe is my login on brindlewood.co.uk",
            "jane.roe+x @ brindlewood.co.uk",
            "EMAIL_ADDRESS",
            [
                ("jane.roe", "USERNAME", "repeats.handle"),
                ("brindlewood.co.uk", "DOMAIN_NAME", "repeats.domain"),
            ],
        ),
        (
            "P: loom42@gmail.com. I: gmail.com is down, loom42",
            "loom42@gmail.com",
            "EMAIL_ADDRESS",
            [("loom42", "USERNAME", "repeats.handle")],
        ),
        (
            "P: http://www.kestrel.my:80/a?b and kestrel.my",
            "http://www.kestrel.my:80/a?b",
            "URL",
            [("kestrel.my", "DOMAIN_NAME", "repeats.domain")],
        ),
        ("P: on many.example/ola, many.example", "many.example/ola", "URL", []),
        ("P: \\\\loom\\x and loom", "\\\\loom\\x", "URL", []),
        ("P: ola at zorgo dot no, ola", "ola at zorgo dot no", "EMAIL_ADDRESS", []),
    ],
)
def test_what_an_address_is_made_of_is_hidden_where_it_stands_alone(
    transcript: Build,
    text: str,
    first: str,
    label: Label,
    expected: list[tuple[str, str, str]],
) -> None:
    built = transcript(text)
    _, *found = settled(built, said(built, first, label))
    assert [(built.text_of(f.span), f.label, f.rule) for f in found] == expected
    assert all(f.mask == "direct" and f.reason for f in found)


def test_speaker_labels_are_searched_and_lead_back_to_the_first_mention(transcript: Build) -> None:
    built = transcript("P: I am Ola\nOla: yes")
    first = said(built, "Ola")
    (_, label) = settled(built, first)
    assert (label.span.turn, label.span.field) == (1, "speaker")
    assert (label.repeats, label.label, label.mask) == (first.span, "PERSON", "direct")
    assert (label.rule, label.recognizer, label.score) == ("repeats.surface", "repeats", 0.8)


@pytest.mark.parametrize(
    ("text", "first", "label", "kept"),
    [
        ("P: I am Will\nI: will you, Will?", "Will", "PERSON", {"will": "keep.ambiguous-word"}),
        (
            "P: Rose Brandt\nI: it rose. Rose said no",
            "Rose Brandt",
            "PERSON",
            {"rose": "keep.ambiguous-word"},
        ),
        ("P: at Target\nI: the target", "Target", "EMPLOYER", {"target": "keep.ambiguous-word"}),
        ("P: in the US\nI: tell us", "US", "LOCATION", {"us": "keep.ambiguous-word"}),
        ("P: I am 34\nI: 34 tickets", "34", "AGE", {"34": "keep.bare-number"}),
        ("P: I'm here\nI: So I'm told", "I'm", "EMPLOYER", {"I'm": "keep.ambiguous-word"}),
        ("P: Zed at a zed", "Zed", "PERSON", {"zed": "keep.ambiguous-word"}),
        ("P: K said\nI: a k", "K", "PERSON", {"k": "keep.short-surface"}),
    ],
)
def test_what_means_something_else_stays_and_says_why(
    transcript: Build, text: str, first: str, label: Label, kept: dict[str, str]
) -> None:
    built = transcript(text)
    found = settled(built, said(built, first, label))
    standing = {built.text_of(f.span): f.rule for f in found if f.mask == "none"}
    assert standing == kept
    assert all(f.recognizer == "keep" and f.reason for f in found if f.mask == "none")


def test_a_number_is_repeated_where_the_text_ties_it_to_a_person(transcript: Build) -> None:
    built = transcript("P: I am 34\nI: so at age 34, 34 years old")
    assert hidden(built, said(built, "34", "AGE")) == ["34", "34", "34"]


@pytest.mark.parametrize("text", ["it is 34%", "at 34.5 now", "is 34 of them", "was 34 tickets"])
def test_a_number_that_counts_is_no_age_whatever_stands_before(
    transcript: Build, text: str
) -> None:
    built = transcript(f"P: I am 34\nI: {text}")
    assert hidden(built, said(built, "34", "AGE")) == ["34"]


@pytest.mark.parametrize(
    ("text", "first", "label", "expected"),
    [
        (
            "P: I'm with Quayle Data Services. At Quayle we met, Quayle Data said.",
            "Quayle Data Services",
            "EMPLOYER",
            [("Quayle", "short-form"), ("Quayle Data", "short-form")],
        ),
        (
            "P: Sable Clay Trust pays. I: Does the Trust pay? I trust it.",
            "Sable Clay Trust",
            "EMPLOYER",
            [("Trust", "short-form")],
        ),
        ("P: Harvest Milk pays. I: a harvest. Merriam-Harvest", "Harvest Milk", "EMPLOYER", []),
        ("P: Saint Ola School. I: Saint Nino", "Saint Ola School", "ORGANIZATION", []),
        (
            "P: Lycée Kestrel Odd. I: Kestrel, Kestrel Odd; the odd, Odd",
            "Lycée Kestrel Odd",
            "ORGANIZATION",
            [("Kestrel", "short-form"), ("Kestrel Odd", "short-form")],
        ),
        (
            "P: The Kestrel Press. I: we at Kestrel Press",
            "The Kestrel Press",
            "EMPLOYER",
            [("Kestrel Press", "short-form")],
        ),
        (
            "P: i am at zorgo milk ltd, from zorgo, a zorgo",
            "zorgo milk ltd",
            "EMPLOYER",
            [("zorgo", "short-form")],
        ),
        (
            "P: Quayle Data (QD) it is. I: at QD",
            "Quayle Data",
            "EMPLOYER",
            [("QD", "acronym"), ("QD", "acronym")],
        ),
        ("P: Ernst & Yorg. I: E&Y!", "Ernst & Yorg", "EMPLOYER", [("E&Y", "initials")]),
        (
            "P: QDS Clearing. I: QDSClearing, #qdsclearing",
            "QDS Clearing",
            "EMPLOYER",
            [("QDSClearing", "run-together"), ("qdsclearing", "run-together")],
        ),
        ("P: PetSky Data Hub. I: PSDH", "PetSky Data Hub", "EMPLOYER", [("PSDH", "initials")]),
        (
            "P: Jonathan Smyth. I: Jon, JON, Kate",
            "Jonathan Smyth",
            "PERSON",
            [("Jon", "nickname"), ("JON", "nickname")],
        ),
        (
            "P: Jonathan. I: Johnathan and Jonathon came",
            "Jonathan",
            "PERSON",
            [("Johnathan", "misspelt"), ("Jonathon", "misspelt")],
        ),
        (
            "P: Jon Smyth. I: ssh jsmyth, smyth_jon, jonsmyth@box, J. Smyth",
            "Jon Smyth",
            "PERSON",
            [
                ("jsmyth", "handle"),
                ("smyth_jon", "handle"),
                ("jonsmyth", "run-together"),
                ("J. Smyth", "part-of-name"),
            ],
        ),
        (
            "P: Robert Frost. I: rob, Rob said, I rob",
            "Robert Frost",
            "PERSON",
            [("Rob", "nickname")],
        ),
        (
            "P: Wolverton. I: Wolvertan, a wolvertin",
            "Wolverton",
            "PERSON",
            [("Wolvertan", "misspelt")],
        ),
        ("P: Thane it is. I: Thank you, Thanes", "Thane", "PERSON", [("Thanes", "possessive")]),
        ("P: at Weavers. I: ask a Weaver", "Weavers", "EMPLOYER", []),
    ],
)
def test_other_forms_of_a_name_are_hidden_where_they_stand_like_names(
    transcript: Build,
    text: str,
    first: str,
    label: Label,
    expected: list[tuple[str, str]],
) -> None:
    built = transcript(text.replace(". I: ", ".\nI: "))
    _, *found = settled(built, said(built, first, label))
    shown = [(built.text_of(f.span), f.rule) for f in found if f.mask != "none"]
    assert shown == [(t, f"repeats.{rule}") for t, rule in expected]


@pytest.mark.parametrize(
    ("text", "first", "label", "expected"),
    [
        (
            "P: jon.smyth@qdsclearing.com\nI: So Jon Smyth is with QDS Clearing? Jon?",
            "jon.smyth@qdsclearing.com",
            "EMAIL_ADDRESS",
            [("Jon Smyth", "PERSON"), ("QDS Clearing", "EMPLOYER"), ("Jon", "PERSON")],
        ),
        (
            "P: jsmyth@gmail.com\nI: Smyth, on Gmail",
            "jsmyth@gmail.com",
            "EMAIL_ADDRESS",
            [("Smyth", "PERSON")],
        ),
        (
            "P: info@zorgo.no\nI: Info on Zorgo",
            "info@zorgo.no",
            "EMAIL_ADDRESS",
            [("Zorgo", "EMPLOYER")],
        ),
        (
            "P: on www.kestrel.my\nI: from Kestrel",
            "www.kestrel.my",
            "URL",
            [("Kestrel", "EMPLOYER")],
        ),
        ("P: box.zorgo.lan\nI: Zorgo", "box.zorgo.lan", "DOMAIN_NAME", [("Zorgo", "EMPLOYER")]),
        ("P: @odd_maps here\nI: Odd Maps", "@odd_maps", "USERNAME", [("Odd Maps", "PERSON")]),
    ],
)
def test_an_address_leads_to_the_names_that_it_is_made_of(
    transcript: Build,
    text: str,
    first: str,
    label: Label,
    expected: list[tuple[str, Label]],
) -> None:
    built = transcript(text)
    _, *found = settled(built, said(built, first, label))
    shown = [(built.text_of(f.span), f.label) for f in found if f.mask != "none"]
    assert shown == expected


def test_a_short_form_counts_in_its_own_case_and_the_rest_says_why(transcript: Build) -> None:
    built = transcript("P: Sable Clay Trust pays\nI: Does the Trust pay? I trust it")
    found = settled(built, said(built, "Sable Clay Trust", "EMPLOYER"))
    assert [(built.text_of(f.span), f.rule) for f in found if f.mask == "none"] == [
        ("trust", "keep.no-name")
    ]


def test_a_reason_to_keep_does_not_break_up_what_is_hidden(transcript: Build) -> None:
    built = transcript("P: I am Will Brandt\nI: Hello. Will Brandt, will you?")
    assert hidden(built, said(built, "Will Brandt")) == ["Will Brandt", "Will Brandt"]


def test_what_merely_resembles_gives_no_keep_rule_away(transcript: Build) -> None:
    built = transcript("P: I work at Zorgo Milk\nI: Zorgo is down")
    tool = said(built, "Zorgo is", "ORGANIZATION", mask="none", recognizer="keep")
    assert hidden(built, said(built, "Zorgo Milk", "EMPLOYER"), tool) == ["Zorgo Milk"]


def test_a_listed_tool_is_told_from_the_employer_by_its_neighbours(transcript: Build) -> None:
    built = transcript("P: I work at Zorgo\nI: we talk in Zorgo\nI: at Zorgo")
    tools = [keep(span, "keep") for span in occurrences(built, "Zorgo")]
    found = settled(built, said(built, "Zorgo", "EMPLOYER"), *tools)
    assert [f.mask for f in found] == ["direct", "none", "direct"]


def keep(span: Span, recognizer: str) -> Finding:
    return Finding(
        span=span,
        label="ORGANIZATION",
        mask="none",
        score=1.0,
        rule=f"{recognizer}.keep",
        recognizer=recognizer,
        reason="invented",
    )


@pytest.mark.parametrize(
    ("name", "listed", "expected"),
    [("Zorgo", True, "none"), ("Zorgo", False, "direct"), ("Target", False, "none")],
)
def test_where_the_model_sees_a_tool_a_listed_or_everyday_name_stays(
    transcript: Build, name: str, listed: bool, expected: Mask
) -> None:
    built = transcript(f"P: I work at {name}\nI: open {name} now")
    _, second = occurrences(built, name)
    words = [keep(second, "model"), *([keep(second, "keep")] if listed else [])]
    found = settled(built, said(built, name, "EMPLOYER"), *words)
    assert [f.mask for f in found] == ["direct", expected]


@pytest.mark.parametrize(("listed", "expected"), [(True, "none"), (False, "direct")])
def test_a_firms_short_form_is_hidden_where_the_model_alone_would_keep_it(
    transcript: Build, listed: bool, expected: Mask
) -> None:
    built = transcript("P: with Quayle Data Services\nI: it put Quayle in the wrong town")
    (second,) = (span for span in occurrences(built, "Quayle") if span.turn == 1)
    words = [keep(second, "model"), *([keep(second, "keep")] if listed else [])]
    found = settled(built, said(built, "Quayle Data Services", "EMPLOYER"), *words)
    assert [f.mask for f in found] == ["direct", expected]


def test_a_persons_everyday_name_is_hidden_where_the_model_alone_would_keep_it(
    transcript: Build,
) -> None:
    built = transcript("P: my boss Will\nI: so Will would, but will they? And Will doesn't")
    words = [keep(span, "model") for span in occurrences(built, "Will") if span.turn == 1]
    assert hidden(built, said(built, "Will"), *words) == ["Will", "Will", "Will"]


def test_a_little_word_is_nobody_whatever_it_does(transcript: Build) -> None:
    built = transcript("P: it told\nI: then it writes what it said")
    assert hidden(built, said(built, "it")) == ["it"]


def test_the_model_keeps_nothing_from_a_rostered_name(transcript: Build) -> None:
    built = transcript("P: I work at Target\nI: open Target now")
    _, second = occurrences(built, "Target")
    named = said(built, "Target", "EMPLOYER", recognizer="roster")
    assert hidden(built, named, keep(second, "model")) == ["Target", "Target"]


@pytest.mark.parametrize(
    ("recognizer", "expected"),
    [("model", "none"), ("patterns", "none"), ("roster", "direct"), ("decision", "direct")],
)
def test_what_was_read_beside_its_like_stays_but_for_a_person(
    transcript: Build, recognizer: str, expected: Mask
) -> None:
    built = transcript("P: my boss Will\nI: the Will app")
    _, second = occurrences(built, "Will")
    stays = replace(keep(second, "model"), rule=STAYS)
    found = settled(built, said(built, "Will", recognizer=recognizer), stays)
    assert [f.mask for f in found] == ["direct", expected]


def test_a_persons_word_counts_though_the_model_found_the_part_itself(transcript: Build) -> None:
    built = transcript("P: Ada Berg runs it\nI: so Berg left\nP: then Berg called")
    decided = said(built, "Ada Berg", recognizer="decision")
    _, second, third = occurrences(built, "Berg")
    own = replace(said(built, "Berg", recognizer="model"), span=second)
    stays = replace(keep(third, "model"), rule=STAYS)
    assert hidden(built, decided, own, stays) == ["Ada Berg", "Berg", "Berg"]


def test_a_whole_name_is_hidden_around_a_part_that_would_stay(transcript: Build) -> None:
    built = transcript("P: Ada Berg runs it\nI: we asked Ada Berg again")
    part = [span for span in occurrences(built, "Berg") if span.turn == 1]
    stays = [replace(keep(span, "model"), rule=STAYS) for span in part]
    assert hidden(built, said(built, "Ada Berg", recognizer="model"), *stays) == ["Ada Berg"] * 2


def test_a_speakers_name_is_hidden_whatever_it_is_read_beside(transcript: Build) -> None:
    built = transcript("P: Ada Berg here\nI: thanks Ada, so")
    stays = [replace(keep(s, "model"), rule=STAYS) for s in occurrences(built, "Ada") if s.turn]
    spoken = said(built, "Ada Berg", recognizer="speakers")
    assert hidden(built, spoken, *stays) == ["Ada Berg", "Ada"]


def test_a_tool_named_after_the_employer_stays(transcript: Build) -> None:
    built = transcript("P: I work at Zorgo\nI: in Zorgo Sheets at Zorgo")
    tool = said(built, "Zorgo Sheets", "ORGANIZATION", mask="none", recognizer="keep")
    assert hidden(built, said(built, "Zorgo", "EMPLOYER"), tool) == ["Zorgo", "Zorgo"]


def test_a_keep_rule_on_the_bare_name_gives_way_to_the_employer(transcript: Build) -> None:
    built = transcript("P: I work at Zorgo\nI: zorgo")
    tool = said(built, "zorgo", "ORGANIZATION", mask="none", recognizer="keep")
    assert hidden(built, said(built, "Zorgo", "EMPLOYER"), tool) == ["Zorgo", "zorgo"]


def test_a_keep_rule_on_the_bare_name_stands_against_a_guessed_handle(transcript: Build) -> None:
    built = transcript("P: my handle is Zorgo\nI: zorgo")
    tool = said(built, "zorgo", "ORGANIZATION", mask="none", recognizer="keep")
    assert hidden(built, said(built, "Zorgo", "USERNAME"), tool) == ["Zorgo"]
    named = said(built, "Zorgo", "USERNAME", recognizer="roster")
    assert hidden(built, named, tool) == ["Zorgo", "zorgo"]


@pytest.mark.parametrize(("score", "expected"), [(0.3, "repeats"), (0.45, "model")])
def test_what_the_model_suspects_gives_way_to_a_repeat_that_is_surer(
    transcript: Build, score: float, expected: str
) -> None:
    built = transcript("P: I am Ola\nI: OLA?")
    first = said(built, "Ola", recognizer="presidio", score=0.4)
    suspected = said(built, "OLA", "LOCATION", recognizer="model", score=score)
    assert [f.recognizer for f in settled(built, first, suspected)] == ["presidio", expected]


def test_what_the_model_suspects_is_no_repeat_of_itself(transcript: Build) -> None:
    built = transcript("P: I am Ola, OLA!")
    suspected = said(built, "Ola", recognizer="model", score=0.4)
    first, second = settled(built, suspected)
    assert (first, second.recognizer) == (suspected, "repeats")


def test_a_repeat_that_means_something_else_makes_a_suspicion_no_surer(transcript: Build) -> None:
    built = transcript("P: I am Will\nI: and will you?")
    suspected = said(built, "will", recognizer="model", score=0.3)
    assert settled(built, said(built, "Will"), suspected)[1:] == (suspected,)


def test_a_reviewer_who_keeps_a_mention_is_not_overruled(transcript: Build) -> None:
    built = transcript("P: I work at Zorgo\nI: zorgo")
    verdict = said(built, "zorgo", "EMPLOYER", mask="none", recognizer="decision")
    assert hidden(built, said(built, "Zorgo", "EMPLOYER"), verdict) == ["Zorgo"]


def test_where_two_entities_share_a_surface_the_stronger_claim_names_the_repeat(
    transcript: Build,
) -> None:
    built = transcript("P: Lee\nP: Leeward\nI: lee")
    place = said(built, "Lee", "LOCATION", mask="quasi")
    person = said(built, "lee", "PERSON", recognizer="roster")
    assert [f.label for f in settled(built, place, person)] == ["LOCATION", "PERSON"]


WORDS = st.sampled_from(
    [
        *("Ola", "ola", "Brandt", "BRANDT", "Ola Brandt", "O.B.", "Zorgo", "Zorgo Ltd", "said."),
        *("Will", "will", "34", "K", "k", "US", "us", "of", "the", "met", "[NAME]"),
        *("Zorgo Data Trust", "Data Trust", "the Trust", "trust", "(ZDT)", "zorgodata", "Zorgoo"),
        *("Jonathan Brandt", "Jon", "JON", "jbrandt", "jon.brandt@zorgo.test", "zorgo.test"),
    ]
)
LABELS: st.SearchStrategy[Label] = st.sampled_from(
    ["PERSON", "EMPLOYER", "AGE", "LOCATION", "EMAIL_ADDRESS", "DEMOGRAPHIC", "DATE"]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(WORDS, min_size=2, max_size=14),
    st.lists(st.tuples(st.integers(0, 30), st.integers(1, 12), LABELS), max_size=4),
)
def test_every_occurrence_of_a_hidden_surface_is_covered(
    transcript: Build, spoken: list[str], marks: list[tuple[int, int, Label]]
) -> None:
    built = transcript(f"P: {' '.join(spoken)}\nI: {' '.join(reversed(spoken))}")
    length = len(built.turns[0].text)
    proposed = [
        Finding(
            span=Span(turn=0, start=start, end=min(length, start + size)),
            label=label,
            mask="direct",
            score=0.9,
            rule="invented",
            recognizer="patterns",
            reason="invented",
        )
        for start, size, label in marks
        if start < length
    ]
    found = settled(built, *proposed)
    coverage = Coverage(built, [f.span for f in found])
    for finding in found:
        if finding.mask != "none":
            surface = built.text_of(finding.span)
            assert all(coverage.holds(span) for span in occurrences(built, surface))


@pytest.mark.parametrize(
    ("text", "surface", "label", "expected"),
    [
        ("Ada\nBrandt and Brandt", "Ada\nBrandt", "PERSON", ["Ada\nBrandt", "Brandt"]),
        ("Bran-\ndt, then Brandt", "Bran-\ndt", "PERSON", ["Bran-\ndt", "Brandt"]),
        (
            "ada@kestrel-\nloom.org of kestrel-loom.org",
            "ada@kestrel-\nloom.org",
            "EMAIL_ADDRESS",
            ["ada@kestrel-\nloom.org", "kestrel-loom.org"],
        ),
    ],
)
def test_what_a_line_end_parts_is_known_again(
    transcript: Build, text: str, surface: str, label: Label, expected: list[str]
) -> None:
    built = transcript("P: x")
    built = replace(built, turns=(replace(built.turns[0], text=text),))
    assert hidden(built, said(built, surface, label)) == expected
