"""Mails: whatever is encoded in them is looked through as it reads."""

from __future__ import annotations

import base64
import gzip
import mailbox
from email.header import Header
from email.message import EmailMessage, Message
from email.mime.text import MIMEText
from email.policy import SMTP
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.check.opening import open_item
from corpus.check.types import Passage

MOST = 1 << 26
CANARY = "canary-7731-kestrel"
SAID = f"I was there when {CANARY} said so, Zoë, and it was so far away that we had to go.\n" * 3


def passages(data: bytes, name: str = "a.eml") -> list[Passage]:
    opened = open_item(data, name, most=MOST)
    assert (opened.kind, opened.problem) == ("mail", "")
    return list(opened.passages)


def places(data: bytes, name: str = "a.eml") -> set[str]:
    return {p.inside for p in passages(data, name) if CANARY in p.text}


def mail(body: str = "x\n", cte: str | None = None, subtype: str = "plain") -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = "Looms"
    message["From"] = "x"
    message.set_content(body, subtype=subtype, cte=cte)
    return message


def attached(data: bytes, name: str, kind: str = "application/octet-stream") -> EmailMessage:
    message = mail()
    main, _, sub = kind.partition("/")
    message.add_attachment(data, maintype=main, subtype=sub, filename=name)
    return message


@pytest.mark.parametrize("cte", ["base64", "quoted-printable", "8bit"])
@pytest.mark.parametrize("subtype", ["plain", "html"])
def test_a_body_is_read_however_it_is_encoded(cte: str, subtype: str) -> None:
    data = mail(SAID, cte, subtype).as_bytes()
    assert places(data) == ({""} if (cte, subtype) == ("8bit", "plain") else {"part 1"})
    assert places(data, "a.txt") == places(data)
    assert places(data.replace(b"\n", b"\r\n")) == places(data)
    assert open_item(data, "a.eml", most=MOST).is_prose


@settings(max_examples=40, deadline=None)
@given(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1).filter(
        lambda text: text.strip() and not text.startswith("\ufeff")
    ),
    st.sampled_from(["base64", "quoted-printable"]),
)
def test_what_is_written_reads_again(text: str, cte: str) -> None:
    found = passages(mail(text + "\n", cte).as_bytes())
    assert any(text in p.text for p in found if p.inside == "part 1")


@pytest.mark.parametrize("charset", ["iso-8859-1", "utf-16", "iso-2022-jp", "utf-7", "koi8-r"])
def test_charsets_are_read(charset: str) -> None:
    said = "終わり" if charset == "iso-2022-jp" else "да" if charset == "koi8-r" else "Zoe"
    message = Message()
    message["Content-Type"] = f"text/plain; charset={charset}"
    message["Content-Transfer-Encoding"] = "base64"
    message.set_payload(base64.encodebytes(f"{said} {CANARY}".encode(charset)))
    assert any(f"{said} {CANARY}" in p.text for p in passages(message.as_bytes()))


def test_heads_read_as_they_are_meant_at_their_lines() -> None:
    message = MIMEText("x\n")
    subject = Header(f"Zoë {CANARY} and more of it, " * 9, "utf-8", maxlinelen=60)
    message["Subject"] = subject.encode()
    message["To"] = f"=?utf-8?q?{CANARY.replace('-', '=2D')}?= <x>"
    found = passages(message.as_bytes())
    assert sum(p.text.count(CANARY) for p in found) == 10
    lines = message.as_bytes().decode().splitlines()
    last = next(i for i, line in enumerate(lines, 1) if line.startswith("To"))
    to = next(p for p in found if "To: " + CANARY in p.text)
    assert to.line + to.text[: to.text.index("To: ")].count("\n") == last


def nested(inner: EmailMessage) -> EmailMessage:
    message = mail()
    message.add_attachment(inner)
    return message


@pytest.mark.parametrize(
    ("message", "place"),
    [
        (attached(CANARY.encode(), "a.csv"), "part 1"),
        (attached(gzip.compress(CANARY.encode()), "a.csv.gz"), "part 1 > a.csv"),
        (attached(b"x", f"{CANARY}.csv"), "name of part 1"),
        (attached(mail(CANARY, "base64").as_bytes(), "b.eml"), "part 1 > part 1"),
        (nested(mail(SAID, "base64")), "part 1"),
        (nested(mail(SAID, "quoted-printable")), "part 1"),
        (nested(nested(attached(CANARY.encode(), "a.txt"))), "part 1"),
    ],
    ids=["attachment", "packed", "name", "mail", "within", "within too", "deep within"],
)
def test_every_part_is_read(message: EmailMessage, place: str) -> None:
    assert place in places(message.as_bytes(policy=SMTP))


def test_all_mails_of_many_are_read(tmp_path: Path) -> None:
    box = mailbox.mbox(tmp_path / "a.mbox")
    for message in (mail(SAID, "base64"), mail(SAID, "quoted-printable"), attached(b"x", CANARY)):
        box.add(message)
    box.close()
    found = places((tmp_path / "a.mbox").read_bytes(), "a.mbox")
    assert found >= {"part 1", "part 2", "name of part 3"}


def test_what_follows_base64_and_what_is_no_base64_is_read() -> None:
    message = mail("x" * 200, "base64").as_bytes()
    assert places(message + f"-- \nFooter: {CANARY}\n".encode()) >= {""}
    bad = (
        b"Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\nSo said " + CANARY.encode()
    )
    assert places(bad) == {""}


def test_parts_that_are_not_read_are_told() -> None:
    pdf = b"%PDF-1.7\n" + bytes(range(256)) * 9
    opened = open_item(attached(pdf, "a.pdf").as_bytes(), "a.eml", most=MOST)
    assert (opened.problem, opened.skipped) == ("", "part 1: PDF is not read")
    parts = b"From x\na: b\n\n" * 200_001
    assert "more parts" in open_item(parts, "a.mbox", most=MOST).problem
    many = b"From x\nContent-Type: text/html\n\n" * 10_001
    assert "more than 10,000" in open_item(many, "a.mbox", most=MOST).problem
