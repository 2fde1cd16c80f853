"""How a paper names a release, as text and in BibTeX; pure."""

from __future__ import annotations

import re

from corpus.release.manifest import Manifest

_SPECIAL = {
    **{sign: f"\\{sign}" for sign in "&%$#_{}"},
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}


def text(manifest: Manifest) -> str:
    """Return a line for a list of references."""
    name, date = _line(manifest["name"]), manifest["date"]
    dated = f" ({date})" if date else ""
    licence = _line(manifest["licence"])
    return f"{name}, version {manifest['version']}{dated}. {manifest['digest']}. Licence: {licence}"


def bibtex(manifest: Manifest) -> str:
    """Return an entry for a BibTeX file."""
    version, date = manifest["version"], manifest["date"]
    slug = re.sub(r"[^a-z0-9]+", "-", manifest["name"].casefold()).strip("-") or "corpus"
    fields = {
        "title": f"{{{_escaped(manifest['name'])}}}",
        "version": version,
        **({"year": date[:4], "date": date} if date else {}),
        "note": f"Data set, version {version}, licence {_escaped(manifest['licence'])},"
        f" {manifest['digest']}",
    }
    lines = "".join(f"  {key} = {{{value}}},\n" for key, value in fields.items())
    return f"@misc{{{slug}-{version},\n{lines}}}\n"


def _escaped(value: str) -> str:
    return "".join(_SPECIAL.get(sign, sign) for sign in _line(value))


def _line(value: str) -> str:
    return " ".join(value.split())
