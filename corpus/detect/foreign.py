"""Which of Presidio's recognizers may be named in engine.yaml, and what theirs is to us.

Known without importing Presidio, so that a wrong name is an error before any work.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from corpus.errors import RuleError
from corpus.model import Label, Mask


class Foreign(NamedTuple):
    """One of Presidio's recognizers, in our terms."""

    class_name: str
    label: Label
    mask: Mask
    recognizer: str
    """What its findings count as: checksum where a computation confirms them."""
    reason: str
    digits: int = 0
    """What has fewer is something else."""


_CHECKSUM: dict[str, str] = {
    "AbaRoutingRecognizer": "a US bank routing number",
    "AuAbnRecognizer": "an Australian business number",
    "AuAcnRecognizer": "an Australian company number",
    "AuMedicareRecognizer": "an Australian Medicare number",
    "AuTfnRecognizer": "an Australian tax file number",
    "CreditCardRecognizer": "a payment card number",
    "CryptoRecognizer": "a Bitcoin address",
    "DeTaxIdRecognizer": "a German tax number",
    "EsNieRecognizer": "a Spanish foreigner's number",
    "EsNifRecognizer": "a Spanish tax number",
    "FiPersonalIdentityCodeRecognizer": "a Finnish personal identity code",
    "IbanRecognizer": "a bank account number (IBAN)",
    "InAadhaarRecognizer": "an Indian Aadhaar number",
    "ItFiscalCodeRecognizer": "an Italian fiscal code",
    "KrRrnRecognizer": "a Korean resident number",
    "MedicalLicenseRecognizer": "a US DEA number",
    "NhsRecognizer": "a British NHS number",
    "PlPeselRecognizer": "a Polish PESEL number",
    "SePersonnummerRecognizer": "a Swedish personal number",
    "ThTninRecognizer": "a Thai identity number",
    "TrNationalIdRecognizer": "a Turkish identity number",
    "UsNpiRecognizer": "a US health provider number",
    "ZaIdNumberRecognizer": "a South African identity number",
}
_PATTERN: dict[str, tuple[Label, Mask, str]] = {
    "IpRecognizer": ("DOMAIN_NAME", "direct", "an IP address"),
    "MacAddressRecognizer": ("ID_NUMBER", "direct", "a device's hardware address"),
    "PhoneRecognizer": ("PHONE_NUMBER", "direct", "a number that can be dialled"),
    "UkNinoRecognizer": ("ID_NUMBER", "direct", "a British National Insurance number"),
    "UsItinRecognizer": ("ID_NUMBER", "direct", "a US taxpayer number"),
    "UsSsnRecognizer": ("ID_NUMBER", "direct", "a US social security number"),
}
KNOWN: dict[str, Foreign] = {
    name: Foreign(name, "ID_NUMBER", "direct", "checksum", f"{what}, its check digits hold")
    for name, what in _CHECKSUM.items()
} | {
    name: Foreign(name, label, mask, "presidio", what, 7 if label == "PHONE_NUMBER" else 0)
    for name, (label, mask, what) in _PATTERN.items()
}
"""By class name."""


def chosen(names: Iterable[str]) -> tuple[Foreign, ...]:
    """Return the named ones.

    Raises:
        RuleError: a name is not among those that we know the meaning of.
    """
    names = tuple(names)
    for name in names:
        if name not in KNOWN:
            raise RuleError(
                f"{name} is not a recognizer of Presidio's that can run here",
                path="engine.yaml",
                remedy=f"use one of: {', '.join(sorted(KNOWN))}",
            )
    return tuple(KNOWN[name] for name in names)
