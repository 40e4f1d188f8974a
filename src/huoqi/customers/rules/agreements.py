"""What a customer must have agreed to before buying on a date: versions, each with a hash."""

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

#: Agreements about the platform, not about one fund.
EVERY_FUND = ""


@dataclass(frozen=True, slots=True)
class Wording:
    """An agreement in one language."""

    title: str
    body: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Agreement:
    """One version of an agreement; once it is in force, its text never changes again."""

    code: str
    version: str
    effective_from: date
    is_of_fund: bool
    zh: Wording
    en: Wording

    @property
    def text_sha256(self) -> str:
        """Return what stands for the text in both languages; a changed character changes it."""
        text = {
            "code": self.code,
            "version": self.version,
            "zh": [self.zh.title, *self.zh.body],
            "en": [self.en.title, *self.en.body],
        }
        return hashlib.sha256(json.dumps(text, sort_keys=True).encode()).hexdigest()

    def key(self, fund: str) -> str:
        """Return what stands for a customer's agreement to this version; it holds no comma.

        >>> plain = Wording("", ())
        >>> Agreement("risk", "1", date(2015, 5, 11), True, plain, plain).key("990001")
        'risk:1:990001'
        """
        return f"{self.code}:{self.version}:{self.fund_of(fund)}"

    def fund_of(self, fund: str) -> str:
        """Return the fund that the agreement is about when one buys a fund."""
        return fund if self.is_of_fund else EVERY_FUND


def in_force(agreements: Sequence[Agreement], *, on: date) -> list[Agreement]:
    """Return the version of each agreement that is in force on a date, in the given order."""
    latest: dict[str, Agreement] = {}
    for each in agreements:
        known = latest.get(each.code)
        begun = each.effective_from <= on
        if begun and (known is None or known.effective_from < each.effective_from):
            latest[each.code] = each
    return [each for each in agreements if latest.get(each.code) is each]


def outstanding(
    agreements: Sequence[Agreement], *, agreed: Collection[str], fund: str
) -> list[Agreement]:
    """Return those that a customer with some keys has not agreed to for a fund."""
    return [each for each in agreements if each.key(fund) not in agreed]
