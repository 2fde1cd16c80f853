"""Rules as data: YAML folders come in, one typed set of rules with its digest goes out.

A folder holds lists of rules in any number of `*.yaml` files, and may hold files of
other forms: `keep.yaml` or a folder `keep` of several (what stays), `words.yaml` (word
lists that rules name), `ambiguous.yaml` (words that are also names) and `engine.yaml`
(recognizers of Presidio's to run beside ours).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Literal, NamedTuple, TypeVar, cast

import regex

from corpus import engine
from corpus.engine import Engaged
from corpus.entries import Entry, parse
from corpus.errors import DetectorError, RuleError
from corpus.model import FIELDS, LABELS, MASKS, Field, Label, Mask

Origin = Literal["builtin", "steward"]
Check = Literal["luhn", "iban", "ipv4"]

_STAND_INS = (
    *LABELS,
    *("REDACTED", "REMOVED", "ANONYMIZED", "ANONYMISED", "DELETED", "WITHHELD", "MASKED"),
    *("NAME", "FIRST NAME", "LAST NAME", "SURNAME", "COMPANY", "COMPANY NAME", "COMPANY_NAME"),
    *("ORGANISATION", "PLACE", "CITY", "TOWN", "COUNTRY", "STATE", "ADDRESS", "STREET", "EMAIL"),
    *("PHONE", "NUMBER", "ID", "SCHOOL", "UNIVERSITY", "HOSPITAL", "WEBSITE", "MONTH", "YEAR"),
)
PLACEHOLDER = regex.compile(
    rf"\[(?:{'|'.join(sorted(_STAND_INS, key=len, reverse=True))})(?:[ _-]?(?:\d{{1,4}}|[A-Z]))?\]"
    r"|\[(?:DATE|AGE) (?:\d{1,4}|-|AND|OR|OVER| )+\]|\[(?i:redacted|anonymi[sz]ed|removed)\]"
)
"""A stand-in that a source or an earlier redaction put there: [REDACTED], [EMPLOYER_1].

A closed vocabulary, since anything else in brackets may be a name.
"""

_TIMEOUT = 2.0
_BLANK = "\0"
_SINGLE = ("words.yaml", "ambiguous.yaml", "engine.yaml")
_KEEP = "keep"
_REQUIRED = ("id", "label", "mask", "pattern", "score", "why", "match", "miss")
_OPTIONAL = ("keywords", "field", "ignore_case", "check", "only", "unless")
_OF_KEEP = ("surfaces", "pattern", "keywords", "capitals", "before", "after")
_IBAN_LENGTH = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A pattern that proposes findings, with the examples that hold it to its word."""

    id: str
    label: Label
    mask: Mask
    pattern: str
    """Its group `mention`, where it has one, is the span to hide; else the whole match."""
    score: float
    why: str
    match: tuple[str, ...]
    """Texts in which it finds something; «…» marks the span exactly."""
    miss: tuple[str, ...]
    """Texts in which it finds nothing."""
    keywords: tuple[str, ...] = ()
    """Lower-case; the rule runs only where one of them occurs in the lower-cased text."""
    field: Field | Literal["both"] = "text"
    ignore_case: bool = False
    check: Check | None = None
    """A computation that the mention must pass as well."""
    only: tuple[str, ...] = ()
    """Word lists; a mention that is in none of them is dropped."""
    unless: tuple[str, ...] = ()
    """Word lists; a mention that is in one, or begins with a word of one, is dropped."""
    origin: Origin = "builtin"

    @property
    def flags(self) -> int:
        """How the pattern is compiled."""
        return regex.V0 | (regex.IGNORECASE if self.ignore_case else 0)

    @property
    def group(self) -> str | int:
        """The group that marks the span to hide."""
        return "mention" if "(?P<mention>" in self.pattern else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepEntry:
    """What tempts a detector and must stay."""

    id: str
    surfaces: tuple[str, ...] = ()
    pattern: str = ""
    keywords: tuple[str, ...] = ()
    """Lower-case; the pattern runs only on a turn that holds one of them."""
    capitals: bool = False
    """Whether a surface counts only where the text has the capitals that it is written with."""
    before: str = ""
    """A pattern; a surface counts only right after what it matches."""
    after: str = ""
    """A pattern; a surface counts right before what it matches, too."""
    why: str
    match: tuple[str, ...]
    miss: tuple[str, ...]
    origin: Origin = "builtin"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """Everything that the folders say."""

    rules: tuple[Rule, ...] = ()
    """In the order of their ids."""
    keep: tuple[KeepEntry, ...] = ()
    ambiguous: frozenset[str] = frozenset()
    """Lower-case words that are also names or firms."""
    engine: tuple[Engaged, ...] = ()
    """Presidio's recognizers to run beside ours."""
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Lower-case word lists by id, for a rule's `only` and `unless`."""

    def of_steward(self) -> RuleSet:
        """Return the steward's own rules and keep entries alone."""
        return replace(
            self,
            rules=tuple(r for r in self.rules if r.origin == "steward"),
            keep=tuple(k for k in self.keep if k.origin == "steward"),
        )

    @property
    def digest(self) -> str:
        """The SHA-256 of all content, whatever the files and their order."""
        engaged = [recognizer.identity for recognizer in self.engine]
        content = asdict(self) | {"ambiguous": sorted(self.ambiguous), "engine": engaged}
        canonical = json.dumps(content, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()


class Hit(NamedTuple):
    """A place in a plain text that a rule proposes to hide."""

    start: int
    end: int
    rule: Rule


class Matcher:
    """A rule made ready to run; compiled when first needed."""

    __slots__ = ("_go", "_regex", "_stop", "rule")

    def __init__(self, rule: Rule, words: Mapping[str, tuple[str, ...]]) -> None:
        self.rule = rule
        self._go: frozenset[str] = frozenset().union(*(words[name] for name in rule.only))
        self._stop: frozenset[str] = frozenset().union(*(words[name] for name in rule.unless))
        self._regex: regex.Pattern[str] | None = None

    def compile(self) -> regex.Pattern[str]:
        """Return the compiled pattern.

        Raises:
            regex.error: the pattern is no regular expression.
        """
        if self._regex is None:
            self._regex = regex.compile(self.rule.pattern, self.rule.flags)
        return self._regex

    def find(self, text: str, lowered: str) -> Iterator[Hit]:
        """Yield what the rule finds in a text that was blanked of placeholders.

        Raises:
            DetectorError: the pattern did not come to an end in time.
        """
        rule = self.rule
        if rule.keywords and not any(word in lowered for word in rule.keywords):
            return
        try:
            for match in self.compile().finditer(text, timeout=_TIMEOUT):
                start, end = match.span(rule.group)
                if start < end and self._holds(text[start:end]):
                    yield Hit(start, end, rule)
        except TimeoutError as error:
            raise DetectorError(
                f"rule {rule.id} took over {_TIMEOUT:g} seconds on one text"
                " - make its pattern simpler; nothing was passed as clean"
            ) from error

    def _holds(self, mention: str) -> bool:
        if _BLANK in mention or (self.rule.check and not CHECKS[self.rule.check](mention)):
            return False
        folded = mention.lower()
        if self._go and folded not in self._go:
            return False
        return folded not in self._stop and folded.split(None, 1)[0] not in self._stop


def matchers(rules: RuleSet) -> tuple[Matcher, ...]:
    """Return all rules, ready to run."""
    return tuple(Matcher(rule, rules.words) for rule in rules.rules)


def find(ready: Iterable[Matcher], text: str) -> Iterator[Hit]:
    """Yield what the rules find in a plain text, rule by rule, never in a placeholder."""
    blanked = PLACEHOLDER.sub(lambda match: _BLANK * len(match[0]), text)
    lowered = blanked.lower()
    for matcher in ready:
        yield from matcher.find(blanked, lowered)


def builtin_folder() -> Path:
    """Return the folder of our own rules, in a checkout or in an installed wheel."""
    package = Path(__file__).resolve().parent
    wheel = package / "_rules"
    return wheel if wheel.is_dir() else package.parent / "rules"


def load(folders: Sequence[Path]) -> RuleSet:
    """Return what the folders say, taken together; each may add, none may replace.

    Raises:
        RuleError: a folder or file does not hold; it names file, rule, key and remedy.
    """
    files = [path for folder in folders for path in _files(folder)]
    words = _merged(_words(path) for path in files if path.name == "words.yaml")
    return RuleSet(
        rules=_unique(r for path in files if _is_list(path) for r in _rules(path, words)),
        keep=_unique(k for path in files if _is_keep(path) for k in _keep(path)),
        ambiguous=frozenset(w for p in files if p.name == "ambiguous.yaml" for w in _ambiguous(p)),
        engine=engine.merged(e for p in files if p.name == "engine.yaml" for e in engine.load(p)),
        words=words,
    )


_Item = TypeVar("_Item", Rule, KeepEntry)


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise RuleError("no folder of rules", path=folder, remedy="name one that is there")
    of_keep = (folder / _KEEP).glob("*.yaml")
    return sorted((*folder.glob("*.yaml"), *folder.glob("*.yml"), *of_keep))


def _is_keep(path: Path) -> bool:
    return path.name == f"{_KEEP}.yaml" or path.parent.name == _KEEP


def _is_list(path: Path) -> bool:
    return not _is_keep(path) and path.name not in _SINGLE


def _listed(path: Path, kind: str) -> Iterator[Entry]:
    """Yield the entries of a file that holds a list."""
    raw = parse(path)
    if not isinstance(raw, list) or not raw:
        remedy = f"begin each {kind} with `- id: …`"
        raise RuleError(f"is not a list of {kind}s", path=path, remedy=remedy)
    for number, item in enumerate(raw, start=1):
        yield Entry.of(item, path=path, place=f"{kind} {number}", kind=kind)


def _origin(path: Path) -> Origin:
    return "builtin" if path.is_relative_to(builtin_folder()) else "steward"


def _rules(path: Path, words: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[Entry, Rule]]:
    for entry in _listed(path, "rule"):
        entry.expect(required=_REQUIRED, optional=_OPTIONAL)
        for key in ("match", "miss"):
            entry.texts(key)
        yield entry, _checked(entry, _rule(entry, _origin(path)), words)


def _rule(entry: Entry, origin: Origin) -> Rule:
    check = entry.one_of("check", CHECKS) if "check" in entry.values else None
    return Rule(
        id=entry.text("id"),
        label=cast("Label", entry.one_of("label", LABELS)),
        mask=cast("Mask", entry.one_of("mask", MASKS)),
        pattern=entry.text("pattern"),
        score=entry.share("score"),
        why=entry.text("why"),
        match=entry.texts("match"),
        miss=entry.texts("miss"),
        keywords=_keywords(entry),
        field=cast("Literal['text']", entry.one_of("field", (*FIELDS, "both"), "text")),
        ignore_case=entry.flag("ignore_case"),
        check=cast("Check | None", check),
        only=entry.texts("only"),
        unless=entry.texts("unless"),
        origin=origin,
    )


def _checked(entry: Entry, rule: Rule, words: Mapping[str, tuple[str, ...]]) -> Rule:
    for key, lists in (("only", rule.only), ("unless", rule.unless)):
        for name in lists:
            if name not in words:
                raise entry.error(key, f"names no word list: {name}", "define it in words.yaml")
    if rule.origin == "steward":
        _compile(entry, "pattern")
    return rule


def _keywords(entry: Entry) -> tuple[str, ...]:
    words = entry.texts("keywords")
    if any(word != word.lower() for word in words):
        raise entry.error("keywords", "are not all lower case", "write them in lower case")
    return words


def _compile(entry: Entry, key: str) -> None:
    """Refuse a text that is no regular expression."""
    try:
        regex.compile(entry.text(key), regex.V0)
    except regex.error as error:
        problem = f"is not a regular expression ({error})"
        raise entry.error(key, problem, "mend it; keep it in single quotes") from error


def _keep(path: Path) -> Iterator[tuple[Entry, KeepEntry]]:
    for entry in _listed(path, "keep entry"):
        entry.expect(required=("id", "why", "match", "miss"), optional=_OF_KEEP)
        if ("surfaces" in entry.values) == ("pattern" in entry.values):
            remedy = "give it either surfaces or a pattern"
            raise entry.error("surfaces", "stands with a pattern, or neither does", remedy)
        made = KeepEntry(
            id=entry.text("id"),
            surfaces=entry.listed("surfaces") if "surfaces" in entry.values else (),
            pattern=entry.text("pattern"),
            keywords=_keywords(entry),
            capitals=entry.flag("capitals"),
            before=entry.text("before"),
            after=entry.text("after"),
            why=entry.text("why"),
            match=entry.texts("match"),
            miss=entry.texts("miss"),
            origin=_origin(path),
        )
        if made.origin == "steward":
            for key in ("pattern", "before", "after"):
                _compile(entry, key)
        yield entry, made


def _mapping(path: Path, required: Iterable[str], optional: Iterable[str] = ()) -> Entry:
    entry = Entry.of(parse(path), path=path, place="", kind="mapping")
    entry.expect(required=required, optional=optional)
    return entry


def _ambiguous(path: Path) -> tuple[str, ...]:
    entry = _mapping(path, ("words",))
    return _lower(entry, "words")


def _words(path: Path) -> Mapping[str, tuple[str, ...]]:
    raw = parse(path)
    entry = Entry.of(raw, path=path, place="", kind="set of word lists")
    return {name: _lower(entry, name) for name in entry.values}


def _lower(entry: Entry, key: str) -> tuple[str, ...]:
    words = entry.listed(key)
    if any(word != word.lower() for word in words):
        raise entry.error(key, "are not all lower case", "write them in lower case")
    return words


def _merged(lists: Iterable[Mapping[str, tuple[str, ...]]]) -> dict[str, tuple[str, ...]]:
    merged: dict[str, tuple[str, ...]] = {}
    for words in lists:
        for name, more in words.items():
            merged[name] = tuple(sorted({*merged.get(name, ()), *more}))
    return merged


def _unique(items: Iterable[tuple[Entry, _Item]]) -> tuple[_Item, ...]:
    found: dict[str, tuple[Entry, _Item]] = {}
    for entry, item in items:
        if item.id in found:
            problem = f"is taken, see {found[item.id][0].path}"
            raise entry.error("id", problem, "give it another id")
        found[item.id] = (entry, item)
    return tuple(found[id_][1] for id_ in sorted(found))


# -- computations ---------------------------------------------------------------------------


def _luhn(mention: str) -> bool:
    digits = [int(c) for c in mention if c.isdigit()]
    doubled = [d if i % 2 == 0 else sum(divmod(2 * d, 10)) for i, d in enumerate(digits[::-1])]
    return len(digits) > 1 and sum(doubled) % 10 == 0


def _iban(mention: str) -> bool:
    compact = "".join(c for c in mention.upper() if c.isalnum())
    if len(compact) < _IBAN_LENGTH or not compact.isascii():
        return False
    return int("".join(str(int(c, 36)) for c in compact[4:] + compact[:4])) % 97 == 1


def _ipv4(mention: str) -> bool:
    parts = mention.split(".")
    return len(parts) == 4 and all(p.isdigit() and int(p) < 256 for p in parts)  # noqa: PLR2004


CHECKS: Mapping[Check, Callable[[str], bool]] = {"luhn": _luhn, "iban": _iban, "ipv4": _ipv4}
