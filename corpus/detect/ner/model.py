"""The embedded model: a folder of weights comes in, logits for pieces go out."""

from __future__ import annotations

import hashlib
import json
import math
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from corpus import ids
from corpus.detect.ner.encoding import SHAPES, Encoded, Encoder, Window, windows
from corpus.errors import DetectorError
from corpus.layers import needs
from corpus.model import LABELS

_SLOWER = ["SkipLayerNormFusion"]
"""What onnxruntime 1.32 thinks faster and is not, by a sixth of the whole."""

_REMEMBERED = 256
"""First windows of transcripts whose logits are kept."""

CLASSES = ("O", "KEEP", *LABELS)
"""What a piece may be: nothing, what tempts and stays, or a label of the guidelines."""

_LONGEST = 512
"""Pieces for which the network has places."""
_FILES = {"model.onnx", "tokenizer.json"}

FOLDER = Path(__file__).parent / "model"
"""The weights that the package brings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is to be known of the weights before they are loaded; stored as model.json."""

    classes: tuple[str, ...]
    """What the logits stand for, in their order; one more says whether a word begins a mention."""
    shapes: int
    """Classes of letters that the weights have."""
    size: int
    """Pieces that are read at once."""
    context: int
    """Pieces before a window that are seen as well."""
    temperature: float
    """What logits are divided by, so that scores are shares of right answers."""
    files: dict[str, str]
    """File name -> SHA-256."""

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read them.

        Raises:
            DetectorError: they are not there, or are not such facts.
        """
        try:
            raw = json.loads((folder / "model.json").read_text(encoding="utf-8"))
            facts = cls(**{**raw, "classes": tuple(raw["classes"])})
            facts._check()
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise DetectorError(
                f"{folder / 'model.json'}: the model's description cannot be read"
                " - install the package again"
            ) from error
        return facts

    def _check(self) -> None:
        """Raise ValueError where the model would be mute, or read other than it was fitted."""
        holds = (
            self.classes == CLASSES
            and self.shapes == SHAPES
            and all(type(number) is int for number in (self.size, self.context))
            and 0 <= self.context < self.size - 1 < _LONGEST
            and math.isfinite(self.temperature)
            and self.temperature > 0
            and set(self.files) == _FILES
        )
        if not holds:
            raise ValueError("these are not the facts of a model")

    def to_json(self) -> dict[str, Any]:
        """Return what `read` takes."""
        return asdict(self)

    @property
    def digest(self) -> str:
        """The SHA-256 of all that decides the scores."""
        return ids.digest([json.dumps(self.to_json(), sort_keys=True)])


class Model:
    """The loaded weights; made once per process."""

    def __init__(self, folder: Path, facts: Facts) -> None:
        os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # it would queue events and send them on
        with needs("steward"):
            import onnxruntime
            from tokenizers import Tokenizer
        for name, digest in facts.files.items():
            _verify(folder / name, digest)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self.facts = facts
        self._openings: dict[tuple[bytes, bytes], NDArray[np.float32]] = {}
        self.encoder = Encoder(Tokenizer.from_file(str(folder / "tokenizer.json")))
        self._session = onnxruntime.InferenceSession(
            str(folder / "model.onnx"),
            options,
            providers=["CPUExecutionProvider"],
            disabled_optimizers=_SLOWER,
        )

    def logits(self, encoded: Encoded) -> NDArray[np.float32]:
        """Return the logits of each piece, of shape (pieces, classes + 1); each is judged once.

        Raises:
            DetectorError: they are not numbers.
        """
        judged = np.empty((len(encoded.ids), len(self.facts.classes) + 1), dtype=np.float32)
        for window in windows(encoded, size=self.facts.size, context=self.facts.context):
            judged[window.start : window.end] = self._window(encoded, window)
        return judged

    def _window(self, encoded: Encoded, window: Window) -> NDArray[np.float32]:
        """Read one window alone: what else is in the transcript does not change its scores.

        Interviews of one study open alike: first windows are remembered.
        """
        inside = slice(window.context, window.end)
        if window.start:
            return self.read(encoded.ids[inside], encoded.shapes[inside])[
                window.start - inside.start :
            ]
        read = (encoded.ids[inside].tobytes(), encoded.shapes[inside].tobytes())
        if read not in self._openings:
            if len(self._openings) >= _REMEMBERED:
                self._openings.clear()
            self._openings[read] = self.read(encoded.ids[inside], encoded.shapes[inside])
        return self._openings[read]

    def read(self, ids_: NDArray[np.int64], shapes: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the logits of pieces that are read together, without those of the opening.

        Raises:
            DetectorError: they are not numbers.
        """
        fed = {
            "ids": np.concatenate(([self.encoder.opening], ids_))[None],
            "shapes": np.concatenate(([0], shapes))[None],
        }
        (logits,) = self._session.run(None, fed)
        judged: NDArray[np.float32] = logits[0, 1:]
        if not np.isfinite(judged).all():
            raise DetectorError("the model gives no scores - install the package again")
        return judged


def _verify(path: Path, digest: str) -> None:
    try:
        found = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise DetectorError(
            f"{path}: the model is not there ({error.strerror}) - install the package again"
        ) from error
    if found != digest:
        raise DetectorError(
            f"{path}: not the file that model.json describes - install the package again"
        )
