"""Write the JSON Schema of the manifests that are written now, from their types."""

from __future__ import annotations

import json
from pathlib import Path

from corpus.release import manifest as manifests

if __name__ == "__main__":
    text = json.dumps(manifests.made_schema(), indent=1, ensure_ascii=False)
    path = Path(manifests.__file__).with_name(manifests.SCHEMA)
    path.write_text(f"{text}\n", encoding="utf-8")
