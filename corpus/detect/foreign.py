"""What the findings of Presidio's recognizers are to us: those we know, those engine.yaml tells.

Known without importing Presidio, so that a wrong name is an error before any work.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from corpus.engine import Engaged, Meaning, Nlp
from corpus.errors import RuleError
from corpus.model import Label, Mask


class Foreign(NamedTuple):
    """A recognizer of Presidio's, in our terms."""

    class_name: str
    recognizer: str
    """What its findings count as: checksum where a computation confirms them; empty where
    the class says by itself."""
    reason: str = ""
    every: Meaning | None = None
    """What whatever it finds is to us."""
    labels: Mapping[str, Meaning | None] = {}
    """What it is by the recognizer's entity, where that makes a difference."""
    digits: int = 0
    """What has fewer is something else."""
    parameters: Mapping[str, Any] = {}
    nlp: Nlp | None = None

    def meanings(self) -> Iterator[Meaning]:
        """Yield what it may find."""
        yield from ([self.every] if self.every else filter(None, self.labels.values()))

    def error(self, problem: str, remedy: str) -> RuleError:
        """Return the complaint that it cannot run."""
        place = f"recognizer {self.class_name}"
        return RuleError(problem, path="engine.yaml", place=place, remedy=remedy)


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
    name: Foreign(
        name, "checksum", f"{what}, its check digits hold", Meaning("ID_NUMBER", "direct")
    )
    for name, what in _CHECKSUM.items()
} | {
    name: Foreign(
        name, "presidio", what, Meaning(label, mask), digits=7 if label == "PHONE_NUMBER" else 0
    )
    for name, (label, mask, what) in _PATTERN.items()
}
"""By class name: those whose findings we know the meaning of."""


def chosen(engaged: Iterable[Engaged]) -> tuple[Foreign, ...]:
    """Return the recognizers in our terms.

    Raises:
        RuleError: the meaning of what one finds is neither known nor given.
    """
    return tuple(map(_foreign, engaged))


def _foreign(engaged: Engaged) -> Foreign:
    known = KNOWN.get(engaged.class_name)
    if engaged.labels:
        return Foreign(
            engaged.class_name,
            engaged.ranks or (known.recognizer if known else ""),
            engaged.why,
            labels=engaged.labels,
            parameters=engaged.parameters,
            nlp=engaged.nlp,
        )
    if known is None:
        raise RuleError(
            f"{engaged.class_name} is not a recognizer whose findings we know the meaning of",
            path="engine.yaml",
            remedy=f"give it `class:` and `labels:`, or use one of: {', '.join(sorted(KNOWN))}",
        )
    return known._replace(
        recognizer=engaged.ranks or known.recognizer,
        reason=engaged.why or known.reason,
        parameters=engaged.parameters,
    )
