"""Nothing is fetched, whatever a library would do by itself."""

from __future__ import annotations

import os
import sys

import tldextract


def stay() -> None:
    """Keep the libraries behind Presidio's recognizers off the network.

    tldextract would fetch the public suffix list and has a snapshot of it; the Hugging Face
    libraries would look for models on their hub and read only what lies here when told so.
    """
    bundled = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
    tldextract.tldextract.TLD_EXTRACTOR = bundled
    for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"):
        os.environ[name] = "1"
    constants = sys.modules.get("huggingface_hub.constants")
    if constants is not None:
        vars(constants)["HF_HUB_OFFLINE"] = True
