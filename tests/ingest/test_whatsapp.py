"""WhatsApp's text: either phone, either clock, days or months first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.errors import SourceError
from corpus.ingest import Roles, read_file
from corpus.model import Draft

CANARY = "zyxwvcanary"
MARK = "\u200e"
NARROW = "\u202f"
Clock = Callable[[datetime], str]


def read(folder: Path, text: str, format: str | None = None) -> Draft:  # noqa: A002
    file = folder / "chat.txt"
    file.write_bytes(text.encode())
    (draft,) = read_file(str(file), roles=Roles.default(), format=format)
    return draft


def half(at: datetime, am: str, pm: str, seconds: str = "") -> str:
    return f"{at.hour % 12 or 12}:{at:%M}{seconds}{NARROW}{am if at.hour < 12 else pm}"


STAMPS: dict[str, Clock] = {
    "android": lambda at: f"{at:%d/%m/%Y, %H:%M} - ",
    "android US": lambda at: f"{at.month}/{at.day}/{at:%y}, {half(at, 'AM', 'PM')} - ",
    "android UK": lambda at: f"{at:%d/%m/%Y}, {half(at, 'am', 'pm')} - ",
    "android ES": lambda at: f"{at.day}/{at.month}/{at:%y}, {half(at, 'a. m.', 'p. m.')} - ",
    "android DE": lambda at: f"{at:%d.%m.%y, %H:%M} - ",
    "android SE": lambda at: f"{at:%Y-%m-%d %H:%M} - ",
    "ios DE": lambda at: f"[{at:%d.%m.%y, %H:%M:%S}] ",
    "ios US": lambda at: (
        f"[{at.month}/{at.day}/{at:%y}, {half(at, 'AM', 'PM', f'{at:%S}'.rjust(3, ':'))}] "
    ),
    "ios FI": lambda at: f"[{at.day}.{at.month}.{at.year} klo {at.hour}.{at:%M.%S}] ",
    "ios marked": lambda at: f"{MARK}[{at:%d/%m/%Y, %H:%M:%S}] ",
}
SPEAKERS = ["Ana", "Bo de Wit", "Zoë 🌷", "+31 6 12345678"]
WORDS = st.text("abc XYZ019.,?!<>:-é中🌷\n", min_size=1, max_size=40).map(str.strip).filter(bool)


@pytest.mark.parametrize("style", STAMPS)
@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    start=st.datetimes(datetime(2010, 1, 1), datetime(2089, 12, 31)),  # noqa: DTZ001
    said=st.lists(
        st.tuples(st.sampled_from(SPEAKERS), WORDS, st.integers(0, 3600)), min_size=2, max_size=10
    ),
    ending=st.sampled_from(["\n", "\r\n"]),
)
def test_what_is_written_reads_back(
    tmp_path: Path, style: str, start: datetime, said: list[tuple[str, str, int]], ending: str
) -> None:
    unit = 1 if style.startswith("ios") else 60
    at = start.replace(tzinfo=UTC, microsecond=0, second=0)
    lines, expected, passed = [], [], 0
    for speaker, text, gap in said:
        lines.append(f"{STAMPS[style](at + timedelta(seconds=passed))}{speaker}: {text}")
        expected.append((speaker, text, passed * 1000))
        passed += gap // unit * unit
    draft = read(tmp_path, (("\n".join(lines)) + "\n").replace("\n", ending))
    assert draft.format == "whatsapp"
    assert [(t.speaker, t.text, t.start_ms) for t in draft.turns] == expected
    assert draft.repairs.dropped == 0


ODD = [
    *"[],:/.-<>\n ",
    MARK,
    "12/05/2024, 21:03 - ",
    "[99.99.99, 99:99:99] ",
    "0/0/00, 1:00 pm - ",
    *("Ana: ", "You ", "hi", "image omitted", "<attached: a.jpg>", "x.pdf \u2022 "),
]


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.lists(st.sampled_from(ODD)).map("".join))
def test_no_text_is_too_odd(tmp_path: Path, text: str) -> None:
    try:
        draft = read(tmp_path, text, "whatsapp")
    except SourceError as error:
        assert error.remedy  # noqa: PT017 - reading may as well succeed
    else:
        assert all((turn.start_ms or 0) >= 0 for turn in draft.turns)


ANDROID = f"""\
12/05/2024, 21:03 - Messages and calls are end-to-end encrypted. Tap to learn more.
12/05/2024, 21:03 - Ana created group "{CANARY}: us"
12/05/2024, 21:04 - Ana added Bo
12/05/2024, 21:04 - Ana: first line

second: line
12/05/2024, 21:05 - Bo: <Media omitted>
12/05/2024, 21:05 - Bo: IMG-{CANARY}.jpg (file attached)
see the birch?
12/05/2024, 21:06 - Ana: yes <This message was edited>
12/05/2024, 21:06 - Ana: This message was deleted
12/05/2024, 21:07 - Ana changed the subject to {CANARY}: news
12/05/2024, 21:07 - Bo: good
"""
IOS = f"""\
[12.05.24, 21:03:11] {CANARY} group: {MARK}Messages and calls are end-to-end encrypted.
[12.05.24, 21:04:00] Ana: first line

second: line
{MARK}[12.05.24, 21:05:00] Bo: {MARK}image omitted
{MARK}[12.05.24, 21:05:00] Bo: see the birch? {MARK}<attached: 0001-PHOTO-{CANARY}.jpg>
[12.05.24, 21:05:30] Bo: {CANARY}.pdf \u2022 {MARK}3 pages {MARK}document omitted
[12.05.24, 21:06:00] ~{NARROW}Ana: yes {MARK}<This message was edited>
{MARK}[12.05.24, 21:06:00] Ana: {MARK}This message was deleted.
[12.05.24, 21:06:30] Ana: {MARK}Ana changed the group name to {CANARY}
[12.05.24, 21:07:00] Bo: \u2068good\u2069
"""


@pytest.mark.parametrize(("text", "dropped"), [(ANDROID, 7), (IOS, 6)], ids=["android", "ios"])
def test_notices_and_attachments_are_left_out_and_counted(
    tmp_path: Path, text: str, dropped: int
) -> None:
    draft = read(tmp_path, text)
    assert [(t.speaker, t.text) for t in draft.turns] == [
        ("Ana", "first line\n\nsecond: line"),
        ("Bo", "see the birch?"),
        ("Ana", "yes"),
        ("Bo", "good"),
    ]
    assert draft.repairs.dropped == dropped
    assert [t.start_ms for t in draft.turns] == [0, 60_000, 120_000, 180_000]
    assert CANARY not in draft.source
    assert "2024" not in draft.source


def test_who_speaks_once_is_heard_though_the_name_goes_on_like_another(tmp_path: Path) -> None:
    names = ("Ana", "Bo", "Ana de Witt", "Ana", 'Joe "Red" Smith', "Perpetua van Dam")
    chat = "".join(f"12/05/2024, 21:0{n} - {name}: hi\n" for n, name in enumerate(names))
    draft = read(tmp_path, chat + '12/05/2024, 21:09 - Ana changed the subject to "A: b"\n')
    assert [turn.speaker for turn in draft.turns] == list(names)
    assert draft.repairs.dropped == 1


def test_a_name_that_begins_like_another_is_no_notice_where_it_recurs(tmp_path: Path) -> None:
    lines = ["Ana: hi", "Ana de Vries: hello", "Ana: so", "Ana de Vries: yes"]
    draft = read(tmp_path, "".join(f"12/05/2024, 21:03 - {line}\n" for line in lines))
    assert len(draft.turns) == 4


@pytest.mark.parametrize(
    ("dates", "days"),
    [
        (["13/05/24", "14/05/24"], [0, 1]),
        (["05/13/24", "05/14/24"], [0, 1]),
        (["1/5/24", "1/6/24"], [0, 1]),
        (["1/5/24", "2/5/24"], [0, 1]),
        (["30/04/24", "1/5/24"], [0, 1]),
        (["12/31/24", "1/1/25"], [0, 1]),
        (["2024-05-12", "2024-05-13"], [0, 1]),
        (["99/99/24", "1/5/24"], [None, 0]),
    ],
)
def test_the_order_of_day_and_month_is_told_from_the_whole_file(
    tmp_path: Path, dates: list[str], days: list[int | None]
) -> None:
    draft = read(tmp_path, "".join(f"{date}, 21:03 - Ana: hi\n" for date in dates))
    expected = [None if day is None else day * 86_400_000 for day in days]
    assert [turn.start_ms for turn in draft.turns] == expected


def test_a_clock_that_is_set_back_gives_no_negative_time(tmp_path: Path) -> None:
    draft = read(tmp_path, "27/10/24, 02:59 - Ana: hi\n27/10/24, 02:01 - Bo: ho\n")
    assert [turn.start_ms for turn in draft.turns] == [58 * 60_000, 0]


@pytest.mark.parametrize(
    ("text", "format_"),
    [
        ("12/05/2024, 21:03 - Interview\n\nINT: Who?\n\nMK: Me.", "text"),
        ("INT: Look.\n\n12/05/2024, 21:03 - Ana: hi\n12/05/2024, 21:03 - Bo: ho", "text"),
        ("[00:12:03] INT: Who?\n\n[00:12:05] MK: Me.", "text"),
    ],
)
def test_other_text_is_left_to_its_own_reader(tmp_path: Path, text: str, format_: str) -> None:
    assert read(tmp_path, text).format == format_


def test_what_is_no_chat_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="line 1: no message with date, time and speaker"):
        read(tmp_path, "Ana: hi", "whatsapp")
    with pytest.raises(SourceError, match="no transcript in it"):
        read(tmp_path, "12/05/2024, 21:03 - Ana added Bo\n", "whatsapp")


@pytest.mark.parametrize("noise", [" ", MARK, "<", "a.", "[12.05.24, 21:03:11] ", "12/", "\u2022 "])
def test_long_runs_of_anything_are_read_in_time_that_grows_with_them(
    tmp_path: Path, noise: str
) -> None:
    text = f"12/05/2024, 21:03 - Ana: hi\n12/05/2024, 21:03 - Bo: {noise * 200_000}x\n"
    assert read(tmp_path, text, "whatsapp").turns[0].text == "hi"
