"""What an item holds: rules, the roster's names, turns of sources, and the model on prose."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from corpus.check import prints, prose
from corpus.check.allow import Allows
from corpus.check.gathered import Gathered
from corpus.check.guard.sources import Hit
from corpus.check.looks import Looks
from corpus.check.reach import Reach, blocks
from corpus.check.scanning import Mention, Rules, positions
from corpus.check.setup import Setup
from corpus.check.types import Depth, Level, Opened, Passage, Place, Target

_MIB = 1 << 20
_NAME = "its name"
_ROSTER = "roster"
_RULES: Mapping[Reach, str] = {
    "talk": "every rule was an error",
    "prose": "rules were errors but for links, numbers and the like",
    "data": "rules of code and figures alone were asked",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was found in an item, and how far it was looked through."""

    places: Sequence[Place]
    sources: Sequence[Hit]
    """Where turns of a source begin."""
    keys: Sequence[Passage]
    """Where a key stands that is at hand; without the text."""
    is_transcript: bool
    """Whether it looks like one."""
    is_whole: bool
    """Whether the model read it, where it is prose."""
    why: tuple[str, ...]
    """What was done besides the usual."""


@dataclass(slots=True)
class Search:
    """Looks through the passages of one item after the other; made once a process."""

    setup: Setup
    depth: Depth
    rules: Rules
    reader: prose.Reader = field(repr=False)

    @classmethod
    def of(cls, setup: Setup, depth: Depth) -> Search:
        """Return one that is ready.

        Raises:
            RuleError: the steward's rules do not hold.
        """
        return cls(setup, depth, Rules.of(setup.settings), prose.Reader(setup.settings))

    def of_name(self, target: Target) -> Iterator[Place]:
        """Yield what the name of an item tells."""
        name = target.name.rpartition("/")[2] if target.name.startswith("/") else target.name
        found = self._in(target, Passage(text=name, inside=_NAME, line=0), "prose")
        yield from self._judged(found, "prose")

    def through(self, target: Target, opened: Opened, allows: Allows, *, is_guarded: bool) -> Found:
        """Look through all passages, once.

        Raises:
            DetectorError: a rule or the model could not do its work.
        """
        places, keys = list(self.of_name(target)), list[Passage]()
        looks, text = Looks(opened.kind), Gathered(self._read_at_most())
        guard = self.setup.guard
        is_talk = is_guarded or self.setup.settings.strict
        reach: Reach = "talk" if is_talk else "prose" if opened.is_prose else "data"
        watch = guard.sources.watch() if guard else None
        for passage in opened.passages:
            if watch:
                watch.feed(passage)
            if passage.is_binary:
                continue
            allows.feed(passage)
            looks.feed(passage)
            if opened.is_prose and passage.is_prose:
                text.feed(passage)
            places += self._in(target, passage, reach)
            keys += self._keys(passage)
        is_transcript = looks.like_a_transcript()
        if is_transcript:
            reach = "talk"
        why = [_RULES[reach]]
        is_read = self._is_read(text, is_suspect=is_guarded or is_transcript)
        if is_read:
            why.append("was read by the model")
            blocking = [place for place in places if blocks(place.rule, reach)]
            places += self._of_prose(target, text, blocking)
        elif opened.is_prose:
            why.append("was not read by the model")
        return Found(
            places=tuple(self._judged(places, reach)),
            sources=watch.done() if watch else (),
            keys=keys,
            is_transcript=is_transcript,
            is_whole=is_read or not opened.is_prose,
            why=tuple(why),
        )

    def sources(self, passages: Iterable[Passage]) -> Sequence[Hit]:
        """Return where turns of a source stand, and look for nothing else."""
        return self.setup.guard.sources.found(passages) if self.setup.guard else ()

    def _read_at_most(self) -> int:
        """How many characters of an item the model may be given."""
        if self.depth == "deep":
            return self.setup.settings.largest * _MIB
        is_asked = self.depth == "usual" and self.setup.settings.model != "never"
        return prose.LARGEST if is_asked and prose.is_installed() else 0

    def _is_read(self, text: Gathered, *, is_suspect: bool) -> bool:
        is_wanted = self.depth == "deep" or self.setup.settings.model == "prose" or is_suspect
        return is_wanted and text.length > 0 and text.is_whole

    def _judged(self, places: Iterable[Place], reach: Reach) -> Iterator[Place]:
        """Yield the places, as errors where they block in such a file."""
        labels = self.setup.settings.labels
        for place in places:
            is_wanted = not labels or place.label in labels
            level: Level = "error" if is_wanted and blocks(place.rule, reach) else "warning"
            yield replace(place, level=level)

    def _in(self, target: Target, passage: Passage, reach: Reach) -> Iterator[Place]:
        yield from self._places(target, passage, self.rules.find(passage.text, reach))
        if self.setup.guard:
            for name in self.setup.guard.names.found(passage):
                if name.mask in self.setup.settings.masks:
                    at = Passage(
                        text=name.surface, inside=name.inside, line=name.line, column=name.column
                    )
                    yield self._place(target, at, name.label, _ROSTER)

    def _keys(self, passage: Passage) -> Iterator[Passage]:
        """Yield where a key stands."""
        for line, column in positions(passage, set(self.setup.keys.starts(passage))).values():
            yield Passage(text="", inside=passage.inside, line=line, column=column)

    def _of_prose(self, target: Target, text: Gathered, places: Iterable[Place]) -> Iterator[Place]:
        """Yield what the model finds where nothing else was found."""
        taken = {(p.inside, p.line, p.column) for p in places}
        for passage, mention in text.places(self.reader.find(text.text)):
            for place in self._places(target, passage, [mention]):
                if (place.inside, place.line, place.column) not in taken:
                    yield place

    def _places(
        self, target: Target, passage: Passage, mentions: Iterable[Mention]
    ) -> Iterator[Place]:
        found = list(mentions)
        where = positions(passage, {mention.start for mention in found})
        for mention in found:
            line, column = where[mention.start]
            surface = passage.text[mention.start : mention.end]
            at = Passage(text=surface, inside=passage.inside, line=line, column=column)
            yield self._place(target, at, mention.label, mention.rule)

    def _place(self, target: Target, at: Passage, label: str, rule: str) -> Place:
        """Return the place of a surface, itself left out."""
        key = self.setup.key
        return Place(
            path=target.path,
            inside=at.inside,
            line=at.line,
            column=at.column,
            length=len(at.text),
            label=label,
            rule=rule,
            print=prints.of_surface(key, target.name, rule, at.text) if key else "",
        )
