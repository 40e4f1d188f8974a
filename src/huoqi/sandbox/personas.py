"""The ten personas: who they are, how they behave in a seeded history, and where to find them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from huoqi.close.platform import Platform
from huoqi.customers.operations import freeze_by_staff, set_payment_password
from huoqi.customers.people import Caller
from huoqi.kit.db import Work
from huoqi.sandbox import persona_store as store
from huoqi.sandbox.people import Issuer, Person, card_number, national_id
from huoqi.sandbox.population import Act
from huoqi.sandbox.residents import Newcomer, Resident, desk_of, move_in

#: The payment password of every persona; it opens nothing but a sandbox.
PAYMENT_PASSWORD = "271828"
_NUMBERS_FROM = 99_990_000  # phones 154 9999 0001 and so on; the population counts from 0
_ICBC = Issuer("ICBC", "622202", 19)
_CCB = Issuer("CCB", "436742", 19)
_CITIC = Issuer("CITIC", "620082", 16)
_WITHOUT_PASSWORD = frozenset({"fraudring"})


@dataclass(frozen=True, slots=True)
class Persona:
    """A person, or a ring of them, with a story that a demonstration can be built on.

    ``later`` says what of the story waits for a later release; a persona that is not a customer
    yet has its documents here, to register by hand.
    """

    name: str
    about: str
    later: str = ""
    members: int = 1
    issuer: Issuer = _ICBC
    family_name: str = ""
    born_on: date = date(1988, 3, 21)
    is_customer: bool = True


PERSONAS: Sequence[Persona] = (
    Persona(
        "saver",
        "Buys 2,000.00 each month on the day after pay day, ICBC card; never in a hurry.",
        family_name="模拟·安储",
        born_on=date(1985, 9, 2),
    ),
    Persona(
        "commuter",
        "Many small purchases and fast redemptions; uses up the day's three fast ones.",
        family_name="模拟·程勤",
        born_on=date(1991, 1, 17),
        issuer=_CCB,
    ),
    Persona(
        "student17",
        "Is refused until midnight after the sandbox's first day and turns 18 then; not a customer"
        " yet, so register with these documents.",
        family_name="模拟·年少",
        born_on=date(1997, 5, 12),
        is_customer=False,
    ),
    Persona(
        "pensioner",
        "Has one normal redemption in flight at the end of the history.",
        later="Reads at 200 % text: the screens come later.",
        family_name="模拟·康寿",
        born_on=date(1947, 11, 30),
    ),
    Persona(
        "gigworker",
        "Buys when work pays, irregular amounts; one order is confirmed a trading day late.",
        family_name="模拟·凌散",
        born_on=date(1993, 6, 8),
        issuer=_CCB,
    ),
    Persona(
        "overindebted",
        "Keeps little and takes it out again soon.",
        later="Loans are refused with reasons once loans exist.",
        family_name="模拟·负山",
        born_on=date(1979, 4, 25),
    ),
    Persona(
        "fraudring",
        "Nine customers who bind cards on three shared phones and move the same amounts.",
        later="Their links are shown once signals exist.",
        members=9,
        family_name="模拟·同伙",
        born_on=date(1990, 10, 1),
    ),
    Persona(
        "vip",
        "Buys up to the bank's limits, is over every cap, and redeems in one large order.",
        issuer=_CITIC,
        family_name="模拟·金山",
        born_on=date(1970, 2, 14),
    ),
    Persona(
        "estate",
        "The holder has died: the account is frozen by staff at the end of the history.",
        later="The executor's case comes with the console.",
        family_name="模拟·遗安",
        born_on=date(1951, 7, 7),
    ),
    Persona(
        "foreign",
        "A name in Latin letters; a small holding.",
        later="The English screens come later.",
        family_name="Ada Simulated",
        born_on=date(1986, 12, 10),
        issuer=_CCB,
    ),
)


@dataclass(frozen=True, slots=True)
class Member:
    """A persona's person in the world at hand, its documents; ``resident`` once moved in."""

    persona: Persona
    member: int
    person: Person
    resident: Resident | None = None


def member_person(persona: Persona, *, member: int) -> Person:
    """Return the documents of a member; the same in every world."""
    place = [each.name for each in PERSONAS].index(persona.name)
    number = _NUMBERS_FROM + 10 * place + member
    # 001 passes the authority, 017 is the magic value of the student; others are plain.
    sequence = 17 if persona.name == "student17" else member
    region = "110105" if persona.name == "student17" else "119999"
    suffix = "甲乙丙丁戊己庚辛壬"[member - 1] if persona.members > 1 else ""
    return Person(
        number=number,
        bank=persona.issuer.bank,
        name=persona.family_name + suffix,
        national_id=national_id(persona.born_on, sequence=sequence, region=region),
        phone=f"154{number:08d}",
        card=card_number(persona.issuer, serial=9_000 + 10 * place + member, last_four="0000"),
    )


def settle_personas(platform: Platform) -> dict[str, list[Resident]]:
    """Move the personas in, unless they live here already, and return who they are by name."""
    found = personas_here(platform)
    if not found:
        wanted = [
            (persona, member, member_person(persona, member=member))
            for persona in PERSONAS
            if persona.is_customer
            for member in range(1, persona.members + 1)
        ]
        newcomers = [
            Newcomer(person, device_key=_device(persona, member))
            for persona, member, person in wanted
        ]
        residents = move_in(platform, newcomers)
        places = [(persona.name, member) for persona, member, _ in wanted]
        platform.database.run(lambda work: _write(work, platform, places, residents))
        found = personas_here(platform)
    return found


def personas_here(platform: Platform) -> dict[str, list[Resident]]:
    """Return who the personas are in the world at hand, by name; empty before they move in."""
    with platform.database.work(while_advancing=True) as work:
        rows = store.all_rows(work)
    found: dict[str, list[Resident]] = {}
    for persona, _, shard, customer_no, customer_id, card_id, bank in rows:
        resident = Resident(customer_no, customer_id, shard, card_id, bank)
        found.setdefault(persona, []).append(resident)
    return found


def members_of(here: Mapping[str, Sequence[Resident]]) -> list[Member]:
    """Return every member of every persona with its documents, and its place in this world."""
    members = []
    for persona in PERSONAS:
        residents = here.get(persona.name, ())
        for number in range(1, persona.members + 1):
            resident = residents[number - 1] if number <= len(residents) else None
            person = member_person(persona, member=number)
            members.append(Member(persona, number, person, resident))
    return members


def _device(persona: Persona, member: int) -> bytes | None:
    """Return the phone that a member binds a card on: three phones serve the ring of nine."""
    if persona.members == 1:
        return None
    return f"{persona.name}{(member - 1) // 3}".encode().ljust(16, b"-")


def _write(
    work: Work,
    platform: Platform,
    places: Sequence[tuple[str, int]],
    residents: Sequence[Resident],
) -> None:
    rows = [
        (name, member, r.shard, r.customer_no, r.customer_id, r.card_id, r.bank)
        for (name, member), r in zip(places, residents, strict=True)
    ]
    store.add(work, rows)
    for (name, _), resident in zip(places, residents, strict=True):
        if name not in _WITHOUT_PASSWORD:
            refusal = set_payment_password(
                work, desk_of(platform), caller=_caller(resident), digits=PAYMENT_PASSWORD
            )
            assert refusal is None, refusal


def _caller(resident: Resident) -> Caller:
    return Caller(
        customer_no=resident.customer_no,
        customer_id=resident.customer_id,
        shard=resident.shard,
        session_id=UUID(int=0),
        stepped_up=False,
        scopes=frozenset(),
        state="active",
    )


def persona_acts(on: date, *, first_on: date, last_on: date) -> list[tuple[str, Act, int]]:
    """Return what personas do on a day of a history: name, act, amount in fen (0 is all).

    >>> persona_acts(date(2015, 5, 11), first_on=date(2015, 5, 11), last_on=date(2015, 8, 11))[0]
    ('saver', <Act.BUY: 'buy'>, 200000)
    """
    n = (on - first_on).days
    acts: list[tuple[str, Act, int]] = []
    if n == 0:
        acts += [(name, Act.BUY, fen) for name, fen in _FIRST_PURCHASES]
    elif on.day == 16:
        acts.append(("saver", Act.BUY, 200_000))
    acts += _commuter(n, is_last=on == last_on)
    if n % 9 == 4:
        acts.append(("gigworker", Act.BUY, 8_000 + 1_300 * (n % 7)))
    if n % 30 == 20:
        acts += [("overindebted", Act.REDEEM_FAST, 5_000), ("fraudring", Act.BUY, 49_900)]
    if n == 30:
        acts.append(("vip", Act.REDEEM, 40_000_000))
    if on == last_on - timedelta(days=3):
        acts.append(("gigworker", Act.BUY, 10_019))
    if on == last_on:
        acts.append(("pensioner", Act.REDEEM, 150_000))
    return acts


_FIRST_PURCHASES = (
    ("saver", 200_000),
    ("commuter", 50_000),
    ("pensioner", 1_000_000),
    ("gigworker", 36_000),
    ("overindebted", 30_000),
    ("fraudring", 49_900),
    ("vip", 90_000_000),
    ("estate", 2_500_000),
    ("foreign", 88_000),
)


def _commuter(n: int, *, is_last: bool) -> list[tuple[str, Act, int]]:
    if is_last:
        return [("commuter", Act.REDEEM_FAST, 1_000)] * 3
    if n and n % 2 == 0:
        return [("commuter", Act.BUY, 3_000)]
    return [("commuter", Act.REDEEM_FAST, 2_000)] if n > 14 else []


def end_history(platform: Platform) -> None:
    """Leave the personas as their stories end: the estate frozen by staff."""
    here = personas_here(platform)
    numbers = [resident.customer_no for resident in here.get("estate", ())]
    shards = platform.vault.shards
    platform.database.run(
        lambda work: freeze_by_staff(work, numbers, shards=shards, reason="holder_deceased"),
        actor="staff:sandbox",
    )
