"""Names and firms are read out of handles and domains, and handles out of names."""

from __future__ import annotations

import pytest

from corpus.detect.handles import firm_in, handles_of, names_in, parts_in


@pytest.mark.parametrize(
    ("handle", "whole", "parts"),
    [
        ("ola.brandt", ["olabrandt"], ["ola", "brandt"]),
        ("@ola_brandt77", ["olabrandt"], ["ola", "brandt"]),
        ("obrandt", ["obrandt"], ["Obrandt", "Brandt"]),
        ("tove", [], ["Tove"]),
        ("José-Ruiz", ["joseruiz"], ["jose", "ruiz"]),
        ("o.b", [], []),
        ("info", [], []),
        ("support", [], []),
        ("4711", [], []),
    ],
)
def test_names_are_read_out_of_a_handle(handle: str, whole: list[str], parts: list[str]) -> None:
    assert list(names_in(handle)) == whole
    assert list(parts_in(handle)) == parts


@pytest.mark.parametrize(
    ("domain", "firm"),
    [
        ("qdsclearing.com", ["qdsclearing"]),
        ("mail.qds-clearing.co.uk", ["qdsclearing"]),
        ("zorgo.com.br", ["zorgo"]),
        ("abc.com", []),
        ("com", []),
        ("support.example", []),
    ],
)
def test_a_firm_is_read_out_of_a_domain(domain: str, firm: list[str]) -> None:
    assert list(firm_in(domain)) == firm


def test_handles_are_made_of_first_and_last_name() -> None:
    assert list(handles_of(("Ola", "Brandt"))) == ["brandtola", "obrandt", "brandto"]
    assert list(handles_of(("Tove", "Brandt"))) == ["brandttove", "tbrandt", "brandtt", "toveb"]
    assert list(handles_of(("Bo", "Li"))) == []
