"""A world of payments whose banks are behind lines, and a receiver of their calls."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from huoqi.bootstrap.bank_lines import LineBooks, armed, call_receiver, desks, spend, twice
from huoqi.kit.db import Database
from huoqi.payments.banks.http import HttpBanks, Wiring
from huoqi.payments.banks.http.house_line import HouseLine, Wishes
from huoqi.payments.banks.http.wire import CAMT_053
from huoqi.payments.banks.simulated.deeds import FaultMix
from huoqi.payments.hearing import CallbackDoor
from huoqi.sandbox.bank_house.calling import Caller
from huoqi.sandbox.bank_house.house import House
from huoqi.sandbox.bank_house.process import HouseTerms, KeyRing, opened_house, place_in
from tests.payments.world import World, build_world

SEED = "20150511"


@dataclass(frozen=True)
class Terms:
    """How often the banks err, which ids the world has, and the form of statements."""

    mix: FaultMix | None = None
    ids: str = "payments"
    form: str = CAMT_053


USUAL = Terms()


@dataclass
class Lines:
    """A world, its banks outside, and the folder that these live in."""

    world: World
    banks: HttpBanks
    folder: Path
    wiring: Wiring


@dataclass
class Opened(Lines):
    """Lines to a house in this process."""

    house: House
    caller: Caller


@contextmanager
def lines_to(
    folder: Path, dsn: str, *, deadline_s: float = 30, terms: Terms = USUAL
) -> Iterator[Lines]:
    """Yield a world at nine on the first Monday whose banks are those of a folder."""
    world = build_world(dsn, seed=terms.ids)
    world.database.run(lambda work: work.run("TRUNCATE bank_callback, bank_line"))
    with http_banks(world.database, folder, deadline_s=deadline_s, form=terms.form) as made:
        banks, wiring = made
        world.pump = replace(world.pump, bank=banks)
        try:
            yield Lines(world, banks, folder, wiring)
        finally:
            world.database.close()


@contextmanager
def http_banks(
    database: Database, folder: Path, *, deadline_s: float = 30, form: str = CAMT_053
) -> Iterator[tuple[HttpBanks, Wiring]]:
    """Yield banks over HTTP whose calls are heard by a receiver of this process."""
    ring = KeyRing(folder)
    door = CallbackDoor(database, lambda bank: ring().call_secrets(bank))
    with call_receiver(door) as address:
        wishes = Wishes(armed, spend, lambda: address, twice, desks)
        wiring = Wiring(
            place=lambda: place_in(folder),
            keys=ring,
            books=LineBooks(),
            teller=HouseLine(database, wishes, is_patient=True),
            most_deadline_s=deadline_s,
            form=form,
        )
        banks = HttpBanks(database, wiring)
        banks.begin()
        try:
            yield banks, wiring
        finally:
            banks.close()


@contextmanager
def lines_beside_house(folder: Path, dsn: str, *, terms: Terms = USUAL) -> Iterator[Opened]:
    """Yield lines to a house that is at work in this process."""
    with (
        opened_house(folder, terms=HouseTerms(SEED, mix=terms.mix)) as (house, caller, _),
        lines_to(folder, dsn, terms=terms) as lines,
    ):
        yield Opened(lines.world, lines.banks, folder, lines.wiring, house, caller)
