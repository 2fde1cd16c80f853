"""Typed access to one entry of a YAML file; complaints name file, place, key and remedy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from corpus.errors import RuleError


def parse(path: Path) -> Any:
    """Return what the YAML file holds.

    Raises:
        RuleError: it cannot be read, or is not YAML.
    """
    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return yaml.load(path.read_text("utf-8"), Loader=loader)  # noqa: S506 - a safe loader
    except (OSError, UnicodeDecodeError) as error:
        problem = f"cannot be read ({type(error).__name__})"
        raise RuleError(problem, path=path, remedy="save it as readable UTF-8") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1}" if mark else ""
        remedy = "mend it; put patterns and examples in single quotes"
        raise RuleError("is not valid YAML", path=path, place=place, remedy=remedy) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A mapping of the file, with its keys checked."""

    path: Path
    place: str
    values: Mapping[str, Any] = field(repr=False)

    @classmethod
    def of(cls, raw: object, *, path: Path, place: str, kind: str) -> Entry:
        """Return the entry; one that has an id is known by it from here on.

        Raises:
            RuleError: it is no mapping of names to values.
        """
        if not isinstance(raw, dict) or not all(isinstance(key, str) for key in raw):
            remedy = f"write each {kind} as `key: value` lines"
            raise RuleError(f"is not a {kind}", path=path, place=place, remedy=remedy)
        name = raw.get("id")
        known = f"{kind} {name}" if isinstance(name, str) else place
        return cls(path=path, place=known, values=raw)

    def error(self, key: str, problem: str, remedy: str) -> RuleError:
        """Return the complaint about one key."""
        place = f"{self.place}: {key}" if self.place else key
        return RuleError(problem, path=self.path, place=place, remedy=remedy)

    def expect(self, *, required: Iterable[str], optional: Iterable[str] = ()) -> None:
        """Refuse keys that are missing or unknown."""
        required, optional = tuple(required), tuple(optional)
        for key in required:
            if key not in self.values:
                raise self.error(key, "is missing", f"add `{key}:`")
        known = sorted({*required, *optional})
        for key in self.values:
            if key not in known:
                raise self.error(key, "is not a key", f"use one of: {', '.join(known)}")

    def text(self, key: str, default: str = "") -> str:
        """Return a string that is not empty, or the default where the key is absent."""
        value = self.values.get(key, default)
        if not isinstance(value, str) or (key in self.values and not value.strip()):
            raise self.error(key, "is not text", "write it in single quotes")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of strings; none where the key is absent."""
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(v, str) and v for v in value):
            raise self.error(key, "is not a list of texts", "write ['one', 'two']")
        if key in self.values and not value:
            raise self.error(key, "is empty", "add at least one text")
        return tuple(value)

    def listed(self, key: str) -> tuple[str, ...]:
        """Return a list of strings, which may be written as one text with commas between."""
        value = self.values[key]
        if not isinstance(value, str):
            return self.texts(key)
        return tuple(word for part in value.split(",") if (word := part.strip()))

    def one_of(self, key: str, choices: Iterable[str], default: str = "") -> str:
        """Return a string that is one of the choices."""
        value, choices = self.text(key, default), tuple(choices)
        if value not in choices and (key in self.values or not default):
            raise self.error(key, "has an unknown value", f"use one of: {', '.join(choices)}")
        return value

    def share(self, key: str) -> float:
        """Return a number above 0 and up to 1."""
        value = self.values.get(key)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1:
            raise self.error(key, "is not a score", "write a number above 0, at most 1")
        return float(value)

    def flag(self, key: str) -> bool:
        """Return true or false; false where the key is absent."""
        value = self.values.get(key, False)
        if not isinstance(value, bool):
            raise self.error(key, "is not true or false", "write true or false")
        return value
