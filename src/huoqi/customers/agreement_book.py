"""The agreements of all times: short texts of our own, laid down beside in agreements.toml."""

import tomllib
from collections.abc import Sequence
from datetime import date
from functools import cache, lru_cache
from pathlib import Path

from msgspec import Struct, convert

from huoqi.customers.rules.agreements import Agreement, Wording, in_force

_FILE = Path(__file__).with_name("agreements.toml")


class _Text(Struct, frozen=True, forbid_unknown_fields=True):
    title: str
    body: tuple[str, ...]


class _Entry(Struct, frozen=True, forbid_unknown_fields=True):
    code: str
    version: str
    effective_from: date
    of_fund: bool
    zh: _Text
    en: _Text


class _Book(Struct, frozen=True, forbid_unknown_fields=True):
    agreement: tuple[_Entry, ...]


@cache
def agreements() -> Sequence[Agreement]:
    """Return every version of every agreement, those of a code oldest first."""
    book = convert(tomllib.loads(_FILE.read_text(encoding="utf-8")), _Book)
    return tuple(
        Agreement(
            each.code,
            each.version,
            each.effective_from,
            each.of_fund,
            Wording(each.zh.title, each.zh.body),
            Wording(each.en.title, each.en.body),
        )
        for each in book.agreement
    )


@cache
def agreements_on(on: date) -> Sequence[Agreement]:
    """Return what has to be agreed to before buying on a date."""
    return tuple(in_force(agreements(), on=on))


@lru_cache(maxsize=256)  # Callers may name any fund.
def keys_on(fund: str, on: date) -> str:
    """Return the keys of what has to be agreed to before buying a fund on a date, by commas."""
    return ",".join(each.key(fund) for each in agreements_on(on))
