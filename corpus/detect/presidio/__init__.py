"""Presidio, adapted both ways: our recognizers run in its engine, its recognizers find for us.

`Engine` is what the detect stage runs; `recognizer()` is the way back, our detector as one
recognizer for anybody's registry. Importing this package takes over a second.
"""

from __future__ import annotations

from corpus.detect.presidio.engine import Engine
from corpus.detect.presidio.plugin import recognizer

__all__ = ["Engine", "recognizer"]
