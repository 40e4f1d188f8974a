"""Magic values: what simulated parties do on seeing a certain card, number or amount."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from huoqi.sandbox.people import ISSUERS, card_number, national_id

Where = Literal["card", "national_id", "amount"]
_BORN_ON = date(1990, 3, 7)
_REGION = "110105"


@dataclass(frozen=True, slots=True)
class MagicValue:
    """A value that makes something happen: what it ends in, a sound sample, and the effect."""

    where: Where
    ending: str
    name: str
    does: str
    code: str
    sample: str


def magic_values() -> list[MagicValue]:
    """Return every magic value. Where several apply: fault, national ID, card, amount."""
    return [*_CARDS, *_NATIONAL_IDS, *_AMOUNTS]


def _card(ending: str, name: str, does: str, *, code: str = "") -> MagicValue:
    return MagicValue("card", ending, name, does, code, _card_sample(ending))


def _card_sample(ending: str) -> str:
    """Return an ICBC debit card of serial 1 with these last four digits.

    >>> _card_sample("0000")
    '6222020000000180000'
    """
    return card_number(ISSUERS[0], serial=1, last_four=ending)


def _identity(sequence: str, name: str, does: str, *, code: str = "") -> MagicValue:
    # The student's sample is the only one whose birthday matters: 18 on 2015-05-12.
    born_on = date(1997, 5, 12) if sequence == "017" else _BORN_ON
    sample = national_id(born_on, sequence=int(sequence), region=_REGION)
    return MagicValue("national_id", sequence, name, does, code, sample)


def _amount(ending: str, name: str, does: str, *, code: str = "") -> MagicValue:
    return MagicValue("amount", ending, name, does, code, f"100{ending}")


_CARDS = (
    _card("0000", "ok", "Binds; debits and payouts succeed at once."),
    _card(
        "0002",
        "insufficient_funds",
        "Binds; every debit is refused, nothing stays in the ledger.",
        code="card.insufficient_funds",
    ),
    _card(
        "0004",
        "name_mismatch",
        "Does not bind: the card is in another name.",
        code="card.name_mismatch",
    ),
    _card("0005", "card_lost", "Lost: no binding, no debit, no payout.", code="card.lost"),
    _card(
        "0009",
        "issuer_unknown",
        "A debit gets no answer in 30 s, stays unknown, and has succeeded 90 s after the call.",
    ),
    _card(
        "0012",
        "debited_twice",
        "The bank debits twice; its statement has two lines, and a case is opened.",
    ),
    _card(
        "0016", "reversed_next_day", "A debit succeeds and is taken back on the next working day."
    ),
    _card(
        "0024",
        "daily_limit",
        "A debit above the bank's day limit is refused, with limit, used and time of reset.",
        code="card.daily_limit",
    ),
    _card(
        "0036",
        "sms_required",
        "Binding and first debit ask for a code: 123456 passes, three wrong ones lock 10 minutes.",
        code="card.sms_required",
    ),
)
_NATIONAL_IDS = (
    _identity("001", "ok", "Verified at once."),
    _identity(
        "017",
        "turns_18_next_midnight",
        "Refused on the sandbox's first day with the date; accepted after midnight.",
        code="identity.under_age",
    ),
    _identity("404", "not_found", "Nobody has this number.", code="identity.not_found"),
    _identity(
        "409",
        "already_registered",
        "The person has an account: sign in or recover it.",
        code="identity.already_registered",
    ),
    _identity(
        "500",
        "authority_down",
        "The authority does not answer; the application is kept and asked again.",
        code="identity.authority_down",
    ),
    _identity(
        "777",
        "sanctions_hit",
        "People must look first; the applicant hears 'being checked'.",
        code="identity.manual_review",
    ),
)
_AMOUNTS = (
    _amount("01", "confirmed", "The normal path, as for every ending not named here."),
    _amount(
        "13",
        "manager_rejects",
        "The manager refuses on T+1; the whole amount is refunded the same day.",
        code="fund.rejected",
    ),
    _amount(
        "17", "partly_confirmed", "Half is confirmed, floored to the fen; the rest is refunded."
    ),
    _amount("19", "confirmation_late", "Confirmed one trading day late."),
    _amount(
        "23", "statement_lacks_it", "The bank says success, and its statement has no line of it."
    ),
    _amount("29", "statement_has_it_twice", "The bank's statement has the line twice."),
)
