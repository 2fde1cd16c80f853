"""Values in, HTML out, with every one of them escaped; pure."""

from __future__ import annotations

from xml.etree.ElementTree import Element, tostring

Child = Element | str | int
"""What an element holds: others, text as it is, or a number to be grouped by thousands."""

_INLINE = frozenset({"a", "bdi", "code", "rect", "small", "span", "strong", "svg", "td", "th"})
"""Elements that a new line after would set apart; after others nothing shows it."""


def element(tag: str, /, *children: Child, **attributes: str) -> Element:
    """Return an element; `class_` and `aria_label` stand for class and aria-label."""
    named = {k.rstrip("_").replace("_", "-"): _shown(v) for k, v in attributes.items()}
    made = Element(tag, named)
    for child in children:
        _append(made, child)
    return made


def page(root: Element) -> str:
    """Return the document."""
    for node in root.iter():
        if node.tag not in _INLINE:
            node.tail = f"{node.tail or ''}\n"
    return f"<!DOCTYPE html>\n{tostring(root, encoding='unicode', method='html')}"


def number(value: int) -> str:
    """Return the number with its thousands apart."""
    return f"{value:,}"


def _append(parent: Element, child: Child) -> None:
    if isinstance(child, Element):
        parent.append(child)
        return
    text = number(child) if isinstance(child, int) else _shown(child)
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text


def _shown(text: str) -> str:
    """HTML has no place for control characters, written or escaped."""
    return "".join(
        c if c.isprintable() or c in "\n\t" else "\N{REPLACEMENT CHARACTER}" for c in text
    )
