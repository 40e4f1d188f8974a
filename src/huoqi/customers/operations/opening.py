"""Opening customers in bulk: numbers, keys, sealed fields, directory, cash accounts."""

import dataclasses
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from huoqi.customers._store import people as store
from huoqi.customers.desk import Desk
from huoqi.customers.people import FIELDS, NewCustomer
from huoqi.customers.rules.names import parse_name
from huoqi.customers.rules.national_id import parse_national_id
from huoqi.customers.rules.numbers import customer_number, last_reserved, shard_for
from huoqi.customers.rules.phone import parse_mobile
from huoqi.events.operations import EventDraft, emit_all
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.ledger.operations import Account, NewAccount, open_accounts
from huoqi.ledger.rules.chart import CNY, AccountKind, customer_cash_account, flags_of
from huoqi.vault.operations import Plain


class AlreadyRegistered(DomainError):
    """An account with this ID exists: sign in or recover it. Nothing more is said of it."""

    code: ClassVar[str] = "identity.already_registered"


class PhoneInUse(DomainError):
    """The number belongs to an account: sign in with it, or use another number."""

    code: ClassVar[str] = "identity.phone_in_use"


@dataclass(frozen=True, slots=True)
class SimulatedPerson:
    """An invented person of a seeded world."""

    name: str = dataclasses.field(repr=False)
    national_id: str = dataclasses.field(repr=False)
    phone: str = dataclasses.field(repr=False)


@dataclass(frozen=True, slots=True)
class CheckedPerson:
    """A person whose fields are checked and in stored form, ready to become a customer."""

    name: str = dataclasses.field(repr=False)
    national_id: str = dataclasses.field(repr=False)
    phone: str = dataclasses.field(repr=False)
    simulated: bool


@dataclass(frozen=True, slots=True)
class _Newcomer:
    person: CheckedPerson
    id_pseudonym: bytes
    phone_pseudonym: bytes
    customer_id: UUID
    shard: int
    customer_no: int = 0


def register_simulated(
    work: Work, desk: Desk, people: Sequence[SimulatedPerson]
) -> list[NewCustomer | DomainError]:
    """Register invented people at once, without codes, authority or payment password.

    One result a person, in order. Errors: those of the rules on name, ID and phone,
    AlreadyRegistered, PhoneInUse. For seeded worlds only: the rows are marked simulated.
    """
    checked = [_checked(person) for person in people]
    opened = iter(open_customers(work, desk, [p for p in checked if isinstance(p, CheckedPerson)]))
    return [next(opened) if isinstance(p, CheckedPerson) else p for p in checked]


def open_customers(
    work: Work, desk: Desk, people: Sequence[CheckedPerson]
) -> list[NewCustomer | DomainError]:
    """Make customers of checked people; the age and the authority are the caller's matter.

    One result a person, in order. Errors: AlreadyRegistered, PhoneInUse.
    """
    results: list[NewCustomer | DomainError | None] = [None] * len(people)
    newcomers = [_newcomer(work, desk, person) for person in people]
    _refuse_known(work, desk, newcomers, results)
    places = [place for place, result in enumerate(results) if result is None]
    numbered = dict(zip(places, _numbered(work, desk, [newcomers[p] for p in places]), strict=True))
    lost = _claim(work, desk, list(numbered.values()))
    for place, newcomer in numbered.items():
        results[place] = lost.get(newcomer.customer_no) or NewCustomer(
            newcomer.customer_no, newcomer.customer_id, newcomer.shard
        )
    _write(work, desk, [n for n in numbered.values() if n.customer_no not in lost])
    return [result for result in results if result is not None]


def directory_keys(
    desk: Desk, keys: Sequence[tuple[int, bytes, int]]
) -> dict[str, list[int] | list[bytes]]:
    """Return (kind, pseudonym, customer_no) as the directory's parameters."""
    return {
        "shards": [desk.shard_of_pseudonym(pseudonym) for _, pseudonym, _ in keys],
        "kinds": [kind for kind, _, _ in keys],
        "pseudonyms": [pseudonym for _, pseudonym, _ in keys],
        "customers": [customer_no for _, _, customer_no in keys],
    }


def _checked(person: SimulatedPerson) -> CheckedPerson | DomainError:
    try:
        return CheckedPerson(
            name=parse_name(person.name),
            national_id=parse_national_id(person.national_id).number,
            phone=parse_mobile(person.phone),
            simulated=True,
        )
    except DomainError as error:
        return error


def _newcomer(work: Work, desk: Desk, person: CheckedPerson) -> _Newcomer:
    customer_id = work.new_id()
    return _Newcomer(
        person=person,
        id_pseudonym=desk.id_pseudonym(person.national_id),
        phone_pseudonym=desk.phone_pseudonym(person.phone),
        customer_id=customer_id,
        shard=shard_for(customer_id, shards=desk.shards),
    )


def _refuse_known(
    work: Work,
    desk: Desk,
    newcomers: Sequence[_Newcomer],
    results: list[NewCustomer | DomainError | None],
) -> None:
    keys = [(store.ID_KIND, n.id_pseudonym, 0) for n in newcomers]
    keys += [(store.PHONE_KIND, n.phone_pseudonym, 0) for n in newcomers]
    owners = store.owners(work, directory_keys(desk, keys))
    seen: set[tuple[int, bytes]] = set()
    for place, (newcomer, id_owner, phone_owner) in enumerate(
        zip(newcomers, owners[: len(newcomers)], owners[len(newcomers) :], strict=True)
    ):
        id_key = (store.ID_KIND, newcomer.id_pseudonym)
        phone_key = (store.PHONE_KIND, newcomer.phone_pseudonym)
        if id_owner is not None or id_key in seen:
            results[place] = AlreadyRegistered()
        elif phone_owner is not None or phone_key in seen:
            results[place] = PhoneInUse()
        else:
            seen |= {id_key, phone_key}


def _numbered(work: Work, desk: Desk, newcomers: Sequence[_Newcomer]) -> list[_Newcomer]:
    if not newcomers:
        return []
    counts = sorted(Counter(newcomer.shard for newcomer in newcomers).items())
    rows = store.take_numbers(
        work,
        {
            "shards": [shard for shard, _ in counts],
            "reserved": [last_reserved(shard, shards=desk.shards) for shard, _ in counts],
            "taken": [count for _, count in counts],
        },
    )
    last: dict[int, int] = {row[0]: row[1] for row in rows}
    following = {shard: last[shard] - count for shard, count in counts}
    numbered = []
    for newcomer in newcomers:
        following[newcomer.shard] += 1
        number = customer_number(
            following[newcomer.shard], shard=newcomer.shard, shards=desk.shards
        )
        numbered.append(dataclasses.replace(newcomer, customer_no=number))
    return numbered


def _claim(work: Work, desk: Desk, newcomers: Sequence[_Newcomer]) -> dict[int, DomainError]:
    """Return who lost a race for an ID or a phone since we looked, with the refusal."""
    if not newcomers:
        return {}
    keys = [(store.ID_KIND, n.id_pseudonym, n.customer_no) for n in newcomers]
    keys += [(store.PHONE_KIND, n.phone_pseudonym, n.customer_no) for n in newcomers]
    ours = store.claim(work, directory_keys(desk, keys))
    lost: dict[int, DomainError] = {}
    for newcomer in newcomers:
        if (newcomer.customer_no, store.ID_KIND) not in ours:
            lost[newcomer.customer_no] = AlreadyRegistered()
        elif (newcomer.customer_no, store.PHONE_KIND) not in ours:
            lost[newcomer.customer_no] = PhoneInUse()
    if lost:
        store.release(work, directory_keys(desk, [key for key in keys if key[2] in lost]))
    return lost


def _write(work: Work, desk: Desk, newcomers: Sequence[_Newcomer]) -> None:
    if not newcomers:
        return
    numbers = [newcomer.customer_no for newcomer in newcomers]
    desk.vault.open_keys(work, numbers)
    sealed = {
        field: desk.vault.seal_many(
            work, [Plain(n.customer_no, FIELDS[field], getattr(n.person, field)) for n in newcomers]
        )
        for field in FIELDS
    }
    assert all(isinstance(text, bytes) for texts in sealed.values() for text in texts)
    store.add(
        work,
        {
            "shards": [newcomer.shard for newcomer in newcomers],
            "customers": numbers,
            "ids": [newcomer.customer_id for newcomer in newcomers],
            "simulated": [newcomer.person.simulated for newcomer in newcomers],
            "id_pseudonyms": [newcomer.id_pseudonym for newcomer in newcomers],
            "phone_pseudonyms": [newcomer.phone_pseudonym for newcomer in newcomers],
            "phone_tails": [desk.tail_pseudonym(newcomer.person.phone) for newcomer in newcomers],
            "names": sealed["name"],
            "national_ids": sealed["national_id"],
            "phones": sealed["phone"],
        },
    )
    _open_cash_accounts(work, newcomers)
    emit_all(
        work,
        [
            EventDraft("customer.account.registered", n.customer_id, n.customer_no)
            for n in newcomers
        ],
    )


def _open_cash_accounts(work: Work, newcomers: Sequence[_Newcomer]) -> None:
    accounts = [
        NewAccount(
            customer_cash_account(shard=n.shard, customer_no=n.customer_no),
            AccountKind.CUSTOMER_CASH,
            CNY,
            flags_of(AccountKind.CUSTOMER_CASH),
        )
        for n in newcomers
    ]
    opened = open_accounts(work, accounts)
    assert all(isinstance(account, Account) for account in opened), "the ledger lacks the shards"
