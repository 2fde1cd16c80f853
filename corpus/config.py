"""corpus.toml in, a typed configuration out; every setting has a default."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from corpus.errors import ConfigError, MachineError

FILE_NAME = "corpus.toml"

TEMPLATE = """\
# Settings of this corpus workspace. Every line may go: each setting has the default shown.

[corpus]
name = "corpus"                  # stands in manifests and dataset cards
licence = "cc-by-4.0"            # of the released data, as an SPDX identifier in lower case
description = ""                 # one or two sentences for the dataset card

[ingest]
cohort = "work"                  # prefix of the IDs of transcripts that bring none: work_0001

[roles]                          # speaker labels beside the usual ones (Interviewer, AI, P7 ...)
interviewer = []
participant = []
other = []

[detect]
rules = "rules"                  # folder of your own rules, beside this file; may be absent
roster = "private/roster.csv"    # transcript_id,label,text: what you know already; may be absent
model = true                     # the embedded model; false leaves rules, roster and repeats

[redact]
policy = "default"               # default, placeholder, strict, or a path to a YAML file of yours
thresholds = ""                  # high-recall, balanced or cautious; else what the policy says
read = []                        # what you read though it is not all in English, see `corpus show`

[release]
require_consent = false          # true: withhold what no participants table gives consent for

[check]                          # of `corpus check`; see docs/check.md for all of them
masks = ["direct"]               # what it reports: add "quasi" for dates, ages, places

[guard]
key_number = 1                   # which key colleagues hold; raise it where one has leaked

[run]
workers = 0                      # processes; 0 takes every core
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The settings of a workspace."""

    name: str = "corpus"
    licence: str = "cc-by-4.0"
    description: str = ""
    cohort: str = "work"
    interviewer: tuple[str, ...] = ()
    participant: tuple[str, ...] = ()
    other: tuple[str, ...] = ()
    rules: str = "rules"
    roster: str = "private/roster.csv"
    model: bool = True
    policy: str = "default"
    thresholds: str = ""
    read: tuple[str, ...] = ()
    require_consent: bool = False
    key_number: int = 1
    workers: int = 0


CHECK = "check"
"""The section that `corpus.check.settings` reads; it may stand in pyproject.toml as well."""

_SECTIONS: Mapping[str, tuple[str, ...]] = {
    "corpus": ("name", "licence", "description"),
    "ingest": ("cohort",),
    "roles": ("interviewer", "participant", "other"),
    "detect": ("rules", "roster", "model"),
    "redact": ("policy", "thresholds", "read"),
    "release": ("require_consent",),
    "guard": ("key_number",),
    "run": ("workers",),
}


def load(path: Path) -> Config:
    """Read a corpus.toml.

    Raises:
        ConfigError: it is no TOML, or holds an unknown or ill-typed setting.
        MachineError: it cannot be read.
    """
    try:
        return parse(path.read_bytes(), path)
    except OSError as error:
        raise MachineError(f"{path} cannot be read: {error.strerror}") from error


def parse(written: bytes, path: Path) -> Config:
    """Return what a corpus.toml of the path says.

    Raises:
        ConfigError: it is no TOML, or holds an unknown or ill-typed setting.
    """
    return Config(**_settings(path, table(written, path)))


def table(written: bytes, path: Path) -> Mapping[str, Any]:
    """Return what a TOML file of the path says.

    Raises:
        ConfigError: it is no TOML.
    """
    try:
        return tomllib.loads(written.decode("utf-8").replace("\r\n", "\n"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"not valid TOML ({error})", path=path, remedy="mend the line it names"
        ) from error
    except RecursionError:
        raise ConfigError("nested too deeply", path=path, remedy="mend its brackets") from None


def _settings(path: Path, data: Mapping[str, Any]) -> dict[str, Any]:
    settings: dict[str, Any] = {}
    for section, values in data.items():
        if section == CHECK and isinstance(values, dict):
            continue
        known = _SECTIONS.get(section)
        if known is None or not isinstance(values, dict):
            raise ConfigError(
                "unknown section",
                path=path,
                place=f"[{section}]",
                remedy=f"the sections are {', '.join((*_SECTIONS, CHECK))}",
            )
        for key, value in values.items():
            if key not in known:
                raise ConfigError(
                    "unknown setting",
                    path=path,
                    place=f"[{section}] {key}",
                    remedy=f"the settings here are {', '.join(known)}",
                )
            settings[key] = _typed(path, section, key, value)
    return settings


_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)
"""Control and direction characters; these texts are published on every card."""

_LEAST: Mapping[str, int] = {"workers": 0, "key_number": 1}
_KINDS: Mapping[type, str] = {
    bool: "true or false",
    int: "a whole number",
    str: "a string in quotes",
}


def _typed(path: Path, section: str, key: str, value: object) -> object:
    default = next(f.default for f in fields(Config) if f.name == key)
    place = f"[{section}] {key}"
    if section == "corpus" and isinstance(value, str) and _HIDDEN.search(value):
        raise ConfigError(
            "holds a character that cannot be seen, and could turn text around or hide it",
            path=path,
            place=place,
            remedy="write it without control and direction characters",
        )
    least = _LEAST.get(key)
    if least is not None and isinstance(value, int) and value < least:
        raise ConfigError(f"must be {least} or more", path=path, place=place)
    return typed(value, default, path, place)


def typed(value: object, default: object, path: Path, place: str) -> object:
    """Return a setting's value, a list as a tuple, where it is of the kind of its default.

    Raises:
        ConfigError: it is of another kind.
    """
    if isinstance(default, tuple):
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        wanted = "a list of strings"
    elif type(value) is type(default):
        return value
    else:
        wanted = _KINDS[type(default)]
    raise ConfigError(f"must be {wanted}", path=path, place=place)
