"""engine.yaml -> which of Presidio's recognizers run beside ours, and what theirs is to us.

Known without importing Presidio, so that what does not hold is an error before any work.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from corpus.entries import Entry, parse
from corpus.model import LABELS, MASKS, Label, Mask

RANKS = ("checksum", "presidio", "model")
"""What a recognizer's findings may count as, most powerful first."""

NLP_ENGINES = ("spacy", "stanza", "transformers")

_IGNORED = "ignore"
_SCORE = 0.85
_CLASS = ("parameters", "labels", "ranks", "nlp", "why")


class Meaning(NamedTuple):
    """What an entity of a recognizer is to us."""

    label: Label
    mask: Mask


@dataclass(frozen=True, slots=True, kw_only=True)
class Nlp:
    """A language model that a recognizer reads its entities from."""

    engine: str
    """spacy, stanza or transformers."""
    model: str
    """A folder, or the name of a model that is installed."""
    spacy: str = ""
    """The spaCy model that cuts into words for a transformers model."""
    score: float = _SCORE
    """How sure its findings are where it does not say so itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Engaged:
    """A recognizer of Presidio's, or of somebody's for Presidio, that is to run."""

    class_name: str
    """One of Presidio's predefined recognizers, or a dotted path to a class."""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    labels: Mapping[str, Meaning | None] = field(default_factory=dict)
    """By the recognizer's entity; None where it is passed over."""
    ranks: str = ""
    """What its findings count as; empty where the class itself says so."""
    nlp: Nlp | None = None
    why: str = ""
    identity: str = ""
    """The SHA-256 of what was written, of the models' files, wherever they lie, and of versions."""


def load(path: Path) -> Iterator[Engaged]:
    """Yield the recognizers that an engine.yaml names.

    Raises:
        RuleError: it does not hold.
    """
    file = Entry.of(parse(path), path=path, place="", kind="mapping")
    file.expect(required=("presidio", "why"))
    raw = file.values["presidio"]
    if not isinstance(raw, list) or not raw:
        raise file.error("presidio", "is not a list of texts", "write ['one', 'two']")
    for number, item in enumerate(raw, start=1):
        if isinstance(item, str) and item:
            yield Engaged(class_name=item, identity=item)
        else:
            place = f"presidio {number}"
            yield _engaged(Entry.of(item, path=path, place=place, kind="recognizer"))


def _engaged(entry: Entry) -> Engaged:
    entry.expect(required=("class", "why"), optional=_CLASS)
    nlp = _nlp(entry) if "nlp" in entry.values else None
    written = entry.values.get("parameters", {})
    if not isinstance(written, dict):
        raise entry.error("parameters", "are no mapping", "write them as `name: value` lines")
    parameters = {name: _placed(entry, value) for name, value in written.items()}
    models = [*([nlp.engine, nlp.model, nlp.spacy] if nlp else []), *parameters.values()]
    return Engaged(
        class_name=entry.text("class"),
        parameters=parameters,
        labels=_labels(entry),
        ranks=entry.one_of("ranks", RANKS) if "ranks" in entry.values else "",
        nlp=nlp,
        why=entry.text("why"),
        identity=_identity(entry, models),
    )


def _labels(entry: Entry) -> dict[str, Meaning | None]:
    if "labels" not in entry.values:
        return {}
    place = f"{entry.place}: labels"
    raw = entry.values["labels"]
    labels = Entry.of(raw, path=entry.path, place=place, kind="set of labels")
    return {entity: _meaning(labels, entity) for entity in labels.values}


def _meaning(labels: Entry, entity: str) -> Meaning | None:
    said = labels.text(entity)
    if said == _IGNORED:
        return None
    label, _, mask = said.partition(" ")
    if label not in LABELS or mask not in MASKS:
        remedy = f"write a label and a mask, as in `PERSON direct`, or `{_IGNORED}`"
        raise labels.error(entity, "means nothing here", remedy)
    return Meaning(label, mask)


def _nlp(entry: Entry) -> Nlp:
    place = f"{entry.place}: nlp"
    raw = Entry.of(entry.values["nlp"], path=entry.path, place=place, kind="language model")
    raw.expect(required=("engine", "model"), optional=("spacy", "score"))
    engine = raw.one_of("engine", NLP_ENGINES)
    if (engine == "transformers") != ("spacy" in raw.values):
        remedy = "transformers needs a spaCy model to cut into words; the others need none"
        raise raw.error("spacy", "is missing or too much", remedy)
    return Nlp(
        engine=engine,
        model=str(_placed(raw, raw.text("model"))),
        spacy=str(_placed(raw, raw.text("spacy"))),
        score=raw.share("score") if "score" in raw.values else _SCORE,
    )


def _placed(entry: Entry, value: object) -> object:
    """Return the path of a folder that is named from the file on; other values as they are."""
    if isinstance(value, str) and value and (folder := entry.path.parent / value).is_dir():
        return str(folder.resolve())
    return value


def is_folder(model: str) -> bool:
    """Tell whether the model is a folder that is there, and not a name."""
    return Path(model).is_absolute() and Path(model).is_dir()


def _identity(entry: Entry, models: list[object]) -> str:
    try:
        written = json.dumps(entry.values, sort_keys=True, ensure_ascii=False)
    except TypeError:
        remedy = "use texts, numbers, true and false, lists and mappings"
        raise entry.error("parameters", "hold what is no plain value", remedy) from None
    sha = hashlib.sha256(written.encode("utf-8", "surrogatepass"))
    for model in models:
        sha.update(_fingerprint(model).encode())
    return sha.hexdigest()


def _fingerprint(model: object) -> str:
    """Return the digest of a model's folder, or the version of what is installed."""
    if not isinstance(model, str) or not model:
        return ""
    if is_folder(model):
        folder = Path(model)
        sha = hashlib.sha256()
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            sha.update(path.relative_to(folder).as_posix().encode("utf-8", "surrogateescape"))
            with path.open("rb") as file:
                sha.update(hashlib.file_digest(file, "sha256").digest())
        return sha.hexdigest()
    import importlib.metadata

    try:
        return importlib.metadata.version(model)
    except (importlib.metadata.PackageNotFoundError, ValueError):
        return ""


def merged(engaged: Iterable[Engaged]) -> tuple[Engaged, ...]:
    """Return each one once, in an order of their own."""
    unique = {one.identity: one for one in engaged}
    return tuple(sorted(unique.values(), key=lambda one: (one.class_name, one.identity)))
