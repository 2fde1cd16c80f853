"""Passages that are not in English are told; words, names, lists and code among it are not."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.detect.language import UNKNOWN, passages
from corpus.model import Passage, SourceMap, Transcript, Turn

FOREIGN: dict[str, list[str]] = tomllib.loads(
    Path(__file__).with_name("passages.toml").read_text("utf-8")
)
ASKED = "How did that change your work, and what did your colleagues think about it at the time?"

ENGLISH = [
    "at first I did not trust it at all because I thought it would take our work away",
    "we sit down together on Monday and look at what came in over the weekend",
    "my sister says that nobody asked them before the new system came and I believe her",
    "so what I do is I write the first part by hand and then I let it check the rest",
    "they told us to be patient and to call the office if something does not work",
    "the worst thing is that you never know if the answer is right or just sounds right",
    "he is a very good teacher but he has no time for this kind of thing",
    "I would like to show you how we do it here but my boss would not be happy",
]
OUR_WORDS = sorted(
    {
        word
        for language, texts in FOREIGN.items()
        if language.partition("-")[0] not in {"pcm", "zh", "ja", "th"}
        for text in texts
        for word in text.split()
    }
)


def said(*texts: str, speakers: str = "IP") -> Transcript:
    nothing = SourceMap(segments=())
    turns = tuple(
        Turn(
            index=index,
            speaker=speakers[index % len(speakers)],
            role="other",
            text=text,
            speaker_source=nothing,
            text_source=nothing,
        )
        for index, text in enumerate(texts)
    )
    return Transcript(transcript_id="work_0001", cohort="work", source="", turns=turns)


def found(*texts: str, speakers: str = "IP") -> tuple[Passage, ...]:
    return passages(said(*texts, speakers=speakers))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        pytest.param(language, text, id=f"{language}-{number}")
        for language, texts in FOREIGN.items()
        if language != "pcm"
        for number, text in enumerate(texts)
    ],
)
def test_a_passage_in_another_language_is_told(language: str, text: str) -> None:
    code, _, manner = language.partition("-")
    (passage,) = found(ASKED, text, ASKED, ENGLISH[0])
    assert passage.language == (UNKNOWN if manner == "Latn" else code)
    assert passage.span.turn == 1


@pytest.mark.parametrize("language", ["de", "tr", "hi-Latn", "ru"])
def test_a_turn_of_capitals_is_read_as_well(language: str) -> None:
    assert found(ASKED, FOREIGN[language][0].upper())


@given(
    st.sampled_from(
        [text for code in ("de", "es", "sw", "ru", "ar", "zh") for text in FOREIGN[code]]
    ),
    st.sampled_from(ENGLISH),
    st.sampled_from(ENGLISH),
)
def test_a_passage_in_the_middle_of_a_turn_is_covered(text: str, before: str, after: str) -> None:
    whole = f"{before}. {text} {after}."
    start = len(before) + 2
    (passage,) = found(ASKED, whole)
    shared = min(passage.span.end, start + len(text)) - max(passage.span.start, start)
    assert shared > 0.6 * len(text)
    assert passage.span.end - passage.span.start < len(text) + 40


def test_short_answers_of_one_speaker_make_a_passage_between_english_questions() -> None:
    answers = FOREIGN["de"][2].split()
    turns = [
        part for at in range(0, len(answers), 6) for part in (ASKED, " ".join(answers[at : at + 6]))
    ]
    told = found(*turns)
    assert {passage.language for passage in told} == {"de"}
    assert {passage.span.turn for passage in told} > {3, 5}


def test_each_speaker_keeps_the_language_that_is_theirs() -> None:
    told = found(ASKED, FOREIGN["de"][0], FOREIGN["tr"][0], FOREIGN["ru"][0])
    assert [(p.span.turn, p.language) for p in told] == [(1, "de"), (2, "tr"), (3, "ru")]


def test_an_exchange_of_several_speakers_makes_a_passage() -> None:
    words = FOREIGN["es"][2].split()
    told = found(
        ASKED,
        *(" ".join(words[at : at + 9]) for at in range(0, 36, 9)),
        ENGLISH[1],
        speakers="IABCDE",
    )
    assert {passage.language for passage in told} == {"es"}
    assert [passage.span.turn for passage in told] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    "text",
    [
        "The Germans call it Weltschmerz or Zeitgeist, and my oma would have said Feierabend.",
        "Guten Morgen! Wie geht's? That is all the German I know, danke.",
        "hola amigo, buenos días, and then we go on in English as always",
        "It has a certain je ne sais quoi, and if it fails, you know, c'est la vie.",
        "He was reading Der Prozess by Kafka and I had Cien años de soledad on my desk.",
        "a friend sang la vie en rose, then besame mucho, then o sole mio, and we all cried",
        (
            "My team: Priya Raghunathan, Tomasz Wiśniewski, Ayşe Yıldız, Nguyễn Văn Hùng,"
            " Kofi Mensah, Giulia Bianchi, Hans-Jürgen Müller, María José Gutiérrez, Olena Bondar."
        ),
        "gabriela, tomasz, piotr, mehmet, fatma, giulia, lorenzo, matteo, chiara and francesca",
        "we ate lasagne, risotto alla milanese, ossobuco, tiramisu, panna cotta, gnocchi, focaccia",
        "escherichia coli, staphylococcus aureus, pseudomonas aeruginosa, klebsiella pneumoniae",
        "we use numpy pandas scipy matplotlib seaborn sklearn pytorch tensorflow keras polars",
        "Photoshop, Lightroom, Premiere, DaVinci Resolve, Midjourney, Figma, Canva, Notion, Miro.",
        (
            "```python\nfor zeile in datei:\n    wert = float(zeile.split(';')[2])\n    summe +="
            " wert\n    if wert > grenze:\n        print(zeile, wert, 'zu hoch')\n```"
        ),
        '{"name": "Straße", "plz": "12345", "ort": "Musterstadt", "telefon": null, "aktiv": true}',
        "select k.kunde, sum(b.betrag) from kunden k join buchung b on b.kunde = k.id group by 1;",
        "kubectl get pods -n staging | grep ingress | awk '{print $1}' | xargs kubectl delete pod",
        "https://beispiel.example/unsere/seite/mit/einem/sehr/langen/weg/und/noch/mehr/text",
        "la la la la li li li oh oh na na na na hey hey hey, and everybody sang along",
        "allegro, andante, adagio, presto, largo, moderato, crescendo, diminuendo, fortissimo",
        "uhm uh erm mhm hmm uh uh hm mm ah eh huh mhm uhm er",
        "lol omg tbh imo idk smh brb fyi btw afaik iirc rofl",
        "The tattoo says 七転び八起き, which means fall down seven times, stand up eight.",
        "Моя бабушка, as we say, would never have used a phone for that.",
        "ok so basicly the vendor submited wrong shipement docs customs cleareance delayd warehose",
        "ye ken wee bairn didnae ken whit tae dae wi himsel an aw the ither lads werenae fashed",
    ],
)
def test_what_is_met_in_english_talk_makes_no_passage(text: str) -> None:
    assert found(ASKED, text, ASKED, text.lower()) == ()


@pytest.mark.parametrize(
    "text",
    [
        (
            "i am work in hospital since four year and my english is no so good but i try"
            " explain you how we doing the report before, was everything by hand, now machine do it"
        ),
        (
            "The most difficult for me it was understand what want the customer, because they"
            " speak very fast and use words what I never learned in the school."
        ),
        (
            "in my country nobody make question to the boss so when i came here i was shock"
            " everybody say opinion and the chief only listen and write down"
        ),
    ],
)
def test_english_as_a_second_language_makes_no_passage(text: str) -> None:
    assert found(ASKED, text, ASKED, text.lower().replace(",", "").replace(".", "")) == ()


@given(st.data())
def test_up_to_three_foreign_words_a_sentence_make_no_passage(data: st.DataObject) -> None:
    sentences = []
    for _ in range(data.draw(st.integers(1, 6))):
        words = data.draw(st.sampled_from(ENGLISH)).split()
        for foreign in data.draw(st.lists(st.sampled_from(OUR_WORDS), max_size=3)):
            words.insert(data.draw(st.integers(0, len(words))), foreign)
        sentences.append(" ".join(words))
    assert found(ASKED, ". ".join(sentences), *sentences) == ()


def test_no_doubt_loads_no_library() -> None:
    code = (
        "import sys\n"
        "from corpus.detect.language import passages\n"
        "from corpus.model import SourceMap, Transcript, Turn\n"
        "none = SourceMap(segments=())\n"
        "turn = Turn(index=0, speaker='P', role='other', text=sys.argv[1], speaker_source=none,"
        " text_source=none)\n"
        "talk = Transcript(transcript_id='a_0001', cohort='a', source='', turns=(turn,))\n"
        "told = passages(talk)\n"
        "print(len(told), 'py3langid' in sys.modules)\n"
    )

    def run(text: str) -> str:
        command = [sys.executable, "-c", code, text]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    assert run(". ".join(ENGLISH)) == "0 False"
    assert run(FOREIGN["de"][0]) == "1 True"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (
            "[laughs] MI PADRE TRABAJABA EN LA FÁBRICA DE LADRILLOS Y NUNCA SE QUEJÓ DE NADA",
            "es",
        ),
        (
            "Mi Padre Trabajaba En La Fábrica De Ladrillos Y Nunca Se Quejó De Nada Aunque Dolía",
            "es",
        ),
    ],
)
def test_capitals_and_blanks_hide_no_language(text: str, language: str) -> None:
    assert {passage.language for passage in found(ASKED, text)} == {language}


@pytest.mark.parametrize(
    "text",
    [
        "我 在 上 海 工 作 老 板 住 在 人 民 路 三 号 我 们 每 天 都 去 那 里 吃 饭",
        "ང་ཚོ་བོད་ཡིག་སློབ་སྦྱོང་བྱེད་ཀྱི་ཡོད། ཁྱེད་རང་གང་དུ་བཞུགས་ཀྱི་ཡོད། ང་ལྷ་ས་ནས་ཡིན།",
        "እኔ፡በአዲስ፡አበባ፡እሠራለሁ፡ወንድሜ፡ደግሞ፡በጎንደር፡ይኖራል፡በየቀኑ፡እንነጋገራለን፡ሥራው፡ከባድ፡ነው።",
    ],
)
def test_other_marks_between_words_hide_no_language(text: str) -> None:
    assert found(ASKED, text)


def test_capitals_are_no_language_of_their_own() -> None:
    assert not found(ASKED, " ".join(ENGLISH).upper() + " [laughs]")
    assert not found(ASKED, " ".join(ENGLISH).title())
