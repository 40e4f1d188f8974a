"""Seeded worlds: a population that lives on the platform for months, the same for the same seed."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from typing import ClassVar

from huoqi.close.platform import Platform
from huoqi.fund.products import HUOQIBAO
from huoqi.kit.dates import shanghai_at, shanghai_date
from huoqi.kit.errors import DomainError
from huoqi.kit.progress import Reporter, say_nothing
from huoqi.sandbox.orders import Want, place
from huoqi.sandbox.people import person
from huoqi.sandbox.personas import end_history, persona_acts, settle_personas
from huoqi.sandbox.population import Part, Population
from huoqi.sandbox.residents import Newcomer, Resident, move_in
from huoqi.sandbox.time_machine import Stop, TimeMachine, months_later

_DAY = timedelta(days=1)
#: When orders are placed: set instants, so that one seed gives one order of events.
HOURS = {Part.MORNING: (10, 20), Part.EVENING: (20, 10)}


class HistoryStopped(DomainError):
    """A close was blocked while the history was built, which no fault was armed for."""

    code: ClassVar[str] = "sandbox.history_stopped"


@dataclass(frozen=True, slots=True)
class WorldPlan:
    """How large a world is and how long its history; personas come on top of the customers."""

    seed: int = 20150511
    customers: int = 1_000
    months: int = 3
    days: int | None = None  # instead of months


SMALL = WorldPlan()


@dataclass(slots=True)
class World:
    """A world under way: who lives in it, and how their wishes were answered so far."""

    population: Population
    residents: list[Resident]
    personas: dict[str, list[Resident]]
    answers: Counter[str] = field(default_factory=Counter)


def build_world(
    platform: Platform, plan: WorldPlan = SMALL, *, report: Reporter = say_nothing
) -> World:
    """Let a population live on the platform from the present instant on, and return it.

    The platform is freshly founded. Every order goes through the real operations and every day
    through the real close; the time machine moves the clock. Errors: HistoryStopped.
    """
    machine = TimeMachine(platform)
    began_at = machine.state().at
    ends_at = _end_of(plan, began_at)
    world = _settled(platform, plan, begins_on=shanghai_date(began_at))
    span = shanghai_date(began_at), shanghai_date(ends_at) - _DAY
    # Nobody is told of anything before the end, whose ordinary commit brings all to the disk.
    journey = machine.advance_visiting(
        ends_at, stops=_stops(platform, world, first_on=span[0], last_on=span[1]), report=report
    )
    if journey.stopped_by:
        raise HistoryStopped(at=journey.at.isoformat(), stopped_by=journey.stopped_by)
    end_history(platform)
    return world


def _end_of(plan: WorldPlan, began_at: datetime) -> datetime:
    if plan.days is not None:
        return began_at + plan.days * _DAY
    return months_later(began_at, months=plan.months)


def _settled(platform: Platform, plan: WorldPlan, *, begins_on: date) -> World:
    personas = settle_personas(platform)
    newcomers = [Newcomer(person(number)) for number in range(plan.customers)]
    residents = move_in(platform, newcomers)
    population = Population(seed=plan.seed, size=plan.customers, begins_on=begins_on)
    return World(population, residents, personas)


def _stops(platform: Platform, world: World, *, first_on: date, last_on: date) -> Iterator[Stop]:
    """Yield when on each day orders are placed; a day is made up when its turn comes."""
    for n in range((last_on - first_on).days + 1):
        on = first_on + n * _DAY
        part, wishes = world.population.wishes(on)
        wants = [Want(world.residents[w.customer], w.act, w.amount_fen) for w in wishes]
        wants += [
            Want(resident, act, amount_fen)
            for name, act, amount_fen in persona_acts(on, first_on=first_on, last_on=last_on)
            for resident in world.personas.get(name, ())
        ]
        hour, minute = HOURS[part]
        if wants:
            yield Stop(
                shanghai_at(on, hour=hour, minute=minute), partial(_place, platform, world, wants)
            )


def _place(platform: Platform, world: World, wants: list[Want]) -> None:
    world.answers += place(platform, wants, fund=HUOQIBAO.fund)
