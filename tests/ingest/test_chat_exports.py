"""Slack, Discord, ChatGPT, Claude: what is written reads back, and nothing else comes with it."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.errors import SourceError
from corpus.ingest import Roles, read_file
from corpus.model import Draft

START = datetime(2024, 5, 12, 21, 3, 11, tzinfo=UTC)
CANARY = "zyxwvcanary"
Json = dict[str, Any]


class Post(NamedTuple):
    """What somebody says in a chat, so many milliseconds after its start."""

    speaker: str
    text: str
    ms: int

    @property
    def at(self) -> datetime:
        return START + timedelta(milliseconds=self.ms)


def slack(posts: list[Post]) -> list[Json]:
    return [
        {
            "client_msg_id": CANARY,
            "type": "message",
            "text": html.escape(post.text, quote=False),
            "user": f"U{post.speaker.upper()}",
            "ts": f"{post.at.timestamp():.6f}",
            "user_profile": {"real_name": post.speaker, "email": CANARY, "title": CANARY},
            "files": [{"name": CANARY}],
            "reactions": [{"name": CANARY}],
        }
        for post in posts
    ]


def discord(posts: list[Post]) -> Json:
    return {
        "guild": {"id": "1", "name": CANARY},
        "channel": {"id": "2", "name": CANARY, "topic": CANARY},
        "messages": [
            {
                "id": CANARY,
                "type": "Default",
                "timestamp": post.at.isoformat(timespec="milliseconds"),
                "content": post.text,
                "author": {"id": CANARY, "name": CANARY, "nickname": post.speaker},
                "attachments": [{"fileName": CANARY}],
                "reactions": [{"emoji": {"name": CANARY}}],
            }
            for post in posts
        ],
    }


def chatgpt(posts: list[Post]) -> list[Json]:
    messages = [node(post.speaker, post.text, post.at.timestamp()) for post in posts]
    names = [f"n{number}" for number in range(len(posts))]
    mapping: Json = {"root": {"id": "root", "message": None, "parent": None}}
    for name, parent, message in zip(names, ["root", *names], messages, strict=False):
        mapping[name] = {"id": name, "message": message, "parent": parent, "children": [CANARY]}
    conversation = {"title": CANARY, "mapping": mapping, "current_node": names[-1]}
    return [{**conversation, "conversation_id": CANARY}]


def node(role: str, text: str, time: float | None = None, **more: object) -> Json:
    return {
        "id": CANARY,
        "author": {"role": role, "name": CANARY},
        "create_time": time,
        "content": {"content_type": "text", "parts": [text]},
        "metadata": {"attachments": [{"name": CANARY}]},
        **more,
    }


def claude(posts: list[Post]) -> list[Json]:
    messages = [
        {
            "uuid": f"{CANARY}-{number}",
            "text": CANARY,
            "content": [{"type": "thinking", "thinking": CANARY}, block(post.text)],
            "sender": post.speaker,
            "created_at": post.at.isoformat(),
            "attachments": [{"file_name": CANARY, "extracted_content": CANARY}],
        }
        for number, post in enumerate(posts)
    ]
    account = {"uuid": CANARY, "email_address": CANARY}
    return [{"uuid": CANARY, "name": CANARY, "account": account, "chat_messages": messages}]


def block(text: str, kind: str = "text") -> Json:
    return {"type": kind, "text": text}


WRITERS: dict[str, tuple[Callable[[list[Post]], object], list[str]]] = {
    "slack": (slack, ["Ana", "Bo de Wit", "Zoë 🌷"]),
    "discord": (discord, ["ana_77", "Bo: the second", "Zoë 🌷"]),
    "chatgpt": (chatgpt, ["user", "assistant"]),
    "claude": (claude, ["human", "assistant"]),
}
HELLO = [Post("user", "Hello.", 0), Post("assistant", "Hi & <b>welcome</b>.", 2_500)]


def read(folder: Path, value: object, format: str | None = None) -> tuple[Draft, ...]:  # noqa: A002
    file = folder / "export.json"
    file.write_text(value if isinstance(value, str) else json.dumps(value))
    return read_file(str(file), roles=Roles.default(), format=format)


def said(draft: Draft) -> list[Post]:
    return [Post(turn.speaker, turn.text, turn.start_ms or 0) for turn in draft.turns]


@st.composite
def chats(draw: st.DrawFn, speakers: list[str]) -> list[Post]:
    words = st.text("abc XYZ019.,?!<>&@#|:'\"\\-é中🌷\n", min_size=1).map(str.strip).filter(bool)
    gaps = draw(st.lists(st.integers(0, 10**9), min_size=1, max_size=8))
    return [
        Post(draw(st.sampled_from(speakers)), draw(words), sum(gaps[1 : n + 1]))
        for n in range(len(gaps))
    ]


@pytest.mark.parametrize("name", WRITERS)
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_what_is_written_reads_back_and_nothing_beside_it(
    tmp_path: Path, name: str, data: st.DataObject
) -> None:
    write, speakers = WRITERS[name]
    posts = data.draw(chats(speakers))
    (draft,) = read(tmp_path, write(posts))
    assert draft.format == name
    assert said(draft) == posts
    assert CANARY not in repr((draft.source, draft.turns, draft.claimed_id, draft.place))
    assert "2024" not in draft.source


KEYS = re.findall(
    r"\w+",
    """
    type user ts text user_profile real_name subtype files messages author name id content parts
    mapping message parent current_node role recipient metadata chat_messages sender uuid
    parent_message_uuid channel guild create_time
    """,
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(KEYS),
            inner,
            max_size=6,
        )
    ),
    max_leaves=25,
)


@pytest.mark.parametrize("name", [*WRITERS, "json"])
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_malformed_exports_end_in_an_error_that_quotes_nothing(
    tmp_path: Path, name: str, data: st.DataObject
) -> None:
    value = data.draw(
        JSON
        | JSON.flatmap(lambda odd: st.builds(_spoilt, st.just(name), st.just(odd), st.randoms()))
    )
    try:
        drafts = read(tmp_path, value, name)
    except SourceError as error:
        assert error.remedy  # noqa: PT017 - reading may as well succeed
    else:
        assert all(turn.speaker for draft in drafts for turn in draft.turns)


def _spoilt(name: str, odd: object, random: Any) -> object:
    """Put something odd in any one place of a good export."""
    value = WRITERS.get(name, (claude, []))[0](HELLO)
    spot: Any = value
    while True:
        keys = list(spot) if isinstance(spot, dict) else list(range(len(spot)))
        key = random.choice(keys)
        if not isinstance(spot[key], dict | list) or not spot[key] or random.random() < 0.2:
            spot[key] = odd
            return value
        spot = spot[key]


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[" * 100_000, "nested too deeply"),
        ('{"ts": ' + "1" * 5000 + "}", "a number is too long"),
        ('[{"type": "mess', "not valid JSON"),
        ("[3]", " 1: not a JSON object"),
        ("[]", "no transcript in it"),
    ],
)
def test_hostile_files_are_refused(tmp_path: Path, name: str, text: str, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        read(tmp_path, text, name)


@pytest.mark.parametrize(
    "value",
    [
        {"messages": [{"role": "user", "content": "Hi"}]},
        [{"role": "user", "content": f'"mapping": {{"a": {{"message": {json.dumps(slack(HELLO))}'}],
        [{"speaker": "Ana", "text": json.dumps(claude(HELLO))}],
        {"id": "a", "text": "P1: a\n\nINT: " + json.dumps(discord(HELLO))},
        [{"speaker": "Ana", "text": "Hi", "type": "message"}],
    ],
)
def test_other_json_is_left_to_its_own_reader(tmp_path: Path, value: object) -> None:
    assert read(tmp_path, value)[0].format == "json"


@pytest.mark.parametrize("name", WRITERS)
def test_times_that_are_none_or_huge_are_left_out(tmp_path: Path, name: str) -> None:
    keys = {"slack": "ts", "discord": "timestamp", "chatgpt": "create_time", "claude": "created_at"}
    text = json.dumps(WRITERS[name][0](HELLO))
    for odd in ("null", "1e999", '"9999999999999999"', '"soon"', "[]", "-1"):
        spoilt = re.sub(rf'"{keys[name]}": ("[^"]*"|[0-9.]+)', rf'"{keys[name]}": {odd}', text)
        (draft,) = read(tmp_path, spoilt, name)
        assert [turn.start_ms for turn in draft.turns] == [None, None]


def test_slack_shows_mentions_and_links_as_they_were_seen(tmp_path: Path) -> None:
    posts = slack([Post("Ana", "", 0), Post("Bo", "Hi.", 1_000)])
    posts[0]["text"] = (
        "<@UBO> and <@U9|carl>, <@U8>: see <https://x.example/a?b=1&amp;c|the page>, "
        "<https://y.example>, <mailto:a@b.example|a@b.example>, <#C1|general>, <!here>, "
        "<!subteam^S1|@all-of-us> x &lt;3 &amp; y, an &amp;nbsp; between"
    )
    (draft,) = read(tmp_path, posts)
    assert draft.turns[0].text == (
        "@Bo and @carl, @U8: see the page, https://y.example, a@b.example, #general, @here, "
        "@all-of-us x <3 & y, an &nbsp; between"
    )


def test_slack_leaves_out_notices_and_bots_and_counts_them(tmp_path: Path) -> None:
    ana, bo = slack([Post("Ana", "Hi.", 0), Post("Bo", "Yo.", 1_000)])
    del bo["user_profile"]
    notices = [
        {**ana, "subtype": subtype, "text": CANARY} for subtype in ("channel_join", "bot_message")
    ]
    (draft,) = read(tmp_path, [notices[0], ana, notices[1], {**bo, "subtype": "thread_broadcast"}])
    assert draft.source == "Ana: Hi.\n\nUBO: Yo."
    assert draft.repairs.dropped == 4  # two notices, two files


def test_slack_counts_what_stands_in_blocks_alone(tmp_path: Path) -> None:
    posts = slack([Post("Ana", "Hi.", 0), Post("Bo", "", 1_000)])
    (without,) = read(tmp_path, posts)
    posts[1]["blocks"] = [{"type": "rich_text", "elements": []}]
    (draft,) = read(tmp_path, posts)
    assert [t.text for t in draft.turns] == ["Hi."]
    assert draft.repairs.dropped == without.repairs.dropped + 1


def test_slack_takes_a_display_name_where_there_is_no_real_one(tmp_path: Path) -> None:
    posts = slack([Post("Ana", "Hi.", 0)])
    posts[0]["user_profile"] = {"real_name": "", "display_name": "annie"}
    assert read(tmp_path, posts)[0].source == "annie: Hi."


def test_discord_renders_mentions_and_emoji_and_leaves_out_notices(tmp_path: Path) -> None:
    export = discord([Post("Ana", "", 0), Post("Bo", "Hi.", 1_000), Post("Bo", CANARY, 1_000)])
    first, _, last = export["messages"]
    first["content"] = "<@!77> look <:birch:123456789> <a:wave:5>"
    first["mentions"] = [{"id": "77", "name": "bo_real", "nickname": "Bo"}]
    last["type"] = "GuildMemberJoin"
    (draft,) = read(tmp_path, export)
    assert draft.source == "Ana: @Bo look :birch: :wave:\n\nBo: Hi."
    assert draft.repairs.dropped == 3  # a notice, two attachments


def test_discord_calls_people_by_name_where_they_have_no_nickname(tmp_path: Path) -> None:
    export = discord([Post("Ana", "Hi.", 0)])
    export["messages"][0]["author"] = {"name": "ana77", "nickname": None}
    assert read(tmp_path, export)[0].source == "ana77: Hi."


def _grown(*extra: Json, parent: str = "n1") -> list[Json]:
    (conversation,) = chatgpt(HELLO)
    for number, message in enumerate(extra):
        name = f"x{number}"
        conversation["mapping"][name] = {"message": message, "parent": parent}
        conversation["current_node"] = parent = name
    return [conversation]


def test_chatgpt_leaves_out_what_nobody_saw_and_counts_it(tmp_path: Path) -> None:
    hidden = {"is_visually_hidden_from_conversation": True}
    thoughts = {"content_type": "thoughts", "thoughts": [{"content": CANARY}]}
    export = _grown(
        node("system", CANARY),
        node("tool", CANARY),
        node("user", CANARY, metadata=hidden),
        node("assistant", CANARY, recipient="python"),
        node("assistant", "", content=thoughts),
        node("assistant", ""),
        node("user", "Bye.", START.timestamp() + 60),
    )
    (draft,) = read(tmp_path, export)
    assert [post.text for post in said(draft)] == [*(post.text for post in HELLO), "Bye."]
    assert draft.turns[-1].start_ms == 60_000
    assert draft.repairs.dropped == 5


def test_chatgpt_follows_the_branch_that_shows(tmp_path: Path) -> None:
    export = _grown(node("assistant", "A second try."), parent="n0")
    (draft,) = read(tmp_path, export)
    assert [post.text for post in said(draft)] == ["Hello.", "A second try."]
    assert draft.repairs.dropped == 1


def test_chatgpt_keeps_what_was_spoken_and_drops_pictures(tmp_path: Path) -> None:
    parts = [
        "See.",
        {"asset_pointer": CANARY},
        {"content_type": "audio_transcription", "text": "A"},
    ]
    content = {"content_type": "multimodal_text", "parts": parts}
    (draft,) = read(tmp_path, _grown(node("user", "", content=content)))
    assert draft.turns[-1].text == "See.\n\nA"
    assert draft.repairs.dropped == 1


def test_every_conversation_is_a_transcript_of_its_own_and_empty_ones_are_none(
    tmp_path: Path,
) -> None:
    empty = _grown()
    empty[0]["current_node"] = "root"
    first, second = read(tmp_path, chatgpt(HELLO) + empty + chatgpt(HELLO[:1]))
    assert [draft.place for draft in (first, second)] == ["conversation 1", "conversation 3"]
    assert (len(first.turns), len(second.turns)) == (2, 1)


def test_messages_in_a_circle_or_without_an_end_are_refused(tmp_path: Path) -> None:
    (circle,) = chatgpt(HELLO)
    circle["mapping"]["n0"]["parent"] = "n1"
    with pytest.raises(SourceError, match="conversation 1: the messages answer one another in a"):
        read(tmp_path, [circle])
    for last in (None, "gone"):
        (cut,) = chatgpt(HELLO)
        cut["current_node"] = last
        with pytest.raises(SourceError, match="conversation 1: its last message is not there"):
            read(tmp_path, [cut])


def test_an_error_names_no_key_that_the_file_made_up(tmp_path: Path) -> None:
    (export,) = chatgpt(HELLO)
    export["mapping"][CANARY] = 3
    with pytest.raises(SourceError, match="entry 4: not a JSON object") as caught:
        read(tmp_path, [export])
    assert CANARY not in str(caught.value)


def test_claude_counts_blocks_and_attachments_and_reads_older_exports(tmp_path: Path) -> None:
    (export,) = claude([Post("human", "Hello.", 0), Post("assistant", "Hi.", 1_000)])
    tools = [{"type": "tool_use", "input": {"q": CANARY}}, {"type": "tool_result", "text": CANARY}]
    export["chat_messages"][1]["content"] += [*tools, block("Found it.")]
    older: Json = {"sender": "human", "text": "Thanks.", "content": [], "created_at": None}
    export["chat_messages"].append(older)
    (draft,) = read(tmp_path, [export])
    assert [t.text for t in draft.turns] == ["Hello.", "Hi.\n\nFound it.", "Thanks."]
    assert draft.repairs.dropped == 6  # two thoughts, two attachments, a call and its result


@pytest.mark.parametrize("leaf", [None, "b"])
def test_claude_follows_the_branch_that_shows(tmp_path: Path, leaf: str | None) -> None:
    (export,) = claude(
        [Post("human", "Hello.", 0), Post("assistant", "Hi.", 1), Post("assistant", "Yo.", 2)]
    )
    for message, name, parent in zip(export["chat_messages"], "abc", "0aa", strict=True):
        message.update(uuid=name, parent_message_uuid=parent)
    export["current_leaf_message_uuid"] = leaf
    (draft,) = read(tmp_path, [export])
    assert [t.text for t in draft.turns] == ["Hello.", "Hi." if leaf else "Yo."]


def test_blocks_of_an_api_are_read_in_any_json_and_those_without_text_counted(
    tmp_path: Path,
) -> None:
    question = [{"type": "image", "source": {"data": CANARY}}, block("What is it?", "input_text")]
    answer = [
        {"type": "thinking", "thinking": CANARY},
        block("A birch."),
        {"type": "tool_use", "name": CANARY, "input": {"q": CANARY}, "text": CANARY},
        "Or a beech.",
    ]
    messages = [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]
    (draft,) = read(tmp_path, {"model": CANARY, "messages": messages})
    assert draft.format == "json"
    assert draft.source == "user: What is it?\n\nassistant: A birch.\n\nOr a beech."
    assert draft.repairs.dropped == 3


def test_a_speaker_that_is_an_object_does_not_spill_into_the_label(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="turn 1: the speaker is no name"):
        read(tmp_path, [{"speaker": {"name": "Ana", "email": CANARY}, "text": "Hi."}])
