"""Write what the built-in rules need, so that nobody's first check has to work it out."""

from __future__ import annotations

import json

from corpus import rules
from corpus.rules.remembered import BROUGHT, work_out


def rendered() -> str:
    """Return the file: a line a rule, in the order of the keys."""
    found = work_out(rules.load([rules.builtin_folder()]).rules)
    lines = (
        f"{json.dumps(key)}:{json.dumps(one, ensure_ascii=False, separators=(',', ':'))}"
        for key, one in sorted(found.items())
    )
    return "{\n" + ",\n".join(lines) + "\n}\n"


if __name__ == "__main__":
    BROUGHT.write_text(rendered(), encoding="utf-8")
