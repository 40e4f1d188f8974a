"""What goes wrong around the company on a day: banks and the manager, by the seed."""

from datetime import date, datetime, timedelta
from random import Random

from bench.simulation.company import Company
from huoqi.kit.dates import shanghai_at
from huoqi.kit.errors import DomainError
from huoqi.kit.ids import SeededIds
from huoqi.payments.banks.simulated import FaultMix
from huoqi.sandbox.faults import FaultRequest, arm_faults

#: What banks do by themselves, in millionths: the default mix of payments.md, ten times as many
#: executions twice, so that a small company meets them.
MIX = FaultMix(
    rejected=30_000,
    request_lost=20_000,
    reply_lost=35_000,
    executed_late=15_000,
    query_timeout=100_000,
    double_execution=2_000,
    returned_next_day=5_000,
    callback=950_000,
    callback_duplicate=50_000,
    callback_reordered=50_000,
    callback_contradictory=1_000,
    callback_wrong_amount=500,
)
_BANKS = ("ICBC", "CCB", "ABC", "BOC", "CMB", "PSBC")
_BANK_FAULTS = ("bank_down", "reply_lost", "executed_late", "callback_reordered")
HOLDER_OFF = "holder_income_off"
_AT_NIGHT = (
    "nav_late",
    "income_negative",
    "income_total_off_by_one",
    "redemption_suspended",
    "manager_down",
    "custodian_away",
    HOLDER_OFF,
)
# A line left out of a statement that adds up all the same cannot be told: what banks prove with a
# statement is believed. It is not among these.
_OF_STATEMENTS = (
    "statement_late",
    "statement_wrong_total",
    "statement_duplicate_line",
    "statement_wrong_amount",
    "statement_unknown_line",
)
_IN_THE_MORNING = ("confirmation_partial", "redemption_gate")


class Misfortune:
    """Draws and arms the faults of each day."""

    def __init__(self, company: Company, *, seed: int) -> None:
        self._company = company
        self._dice = Random(f"faults {seed}")
        self._ids = SeededIds(f"faults {seed}")
        self.armed = 0
        self.holders_off: set[date] = set()

    def befall(self, on: date) -> None:
        """Arm what goes wrong from a day's morning to the next one's."""
        dice, wanted = self._dice, []
        morrow = on + timedelta(days=1)
        if dice.randrange(100) < 12:
            begins, ends = shanghai_at(morrow, hour=1), shanghai_at(morrow, hour=4)
            fault = dice.choice(_AT_NIGHT)
            wanted.append(self._fault(fault, begins, ends))
            if fault == HOLDER_OFF:
                self.holders_off.add(on)
        if dice.randrange(100) < 5:
            begins = shanghai_at(morrow, hour=8)
            wanted.append(
                self._fault(dice.choice(_IN_THE_MORNING), begins, begins + timedelta(hours=2))
            )
        if dice.randrange(100) < 12:
            begins = shanghai_at(on, hour=10, minute=5 * dice.randrange(12))
            bank = dice.choice(_BANKS)
            ends = begins + timedelta(hours=dice.randrange(1, 7))
            wanted.append(self._fault(dice.choice(_BANK_FAULTS), begins, ends, bank=bank))
        if dice.randrange(100) < 10:
            begins = shanghai_at(morrow, hour=0)
            spoiled, bank = dice.choice(_OF_STATEMENTS), dice.choice(_BANKS)
            wanted.append(self._fault(spoiled, begins, begins + timedelta(hours=24), bank=bank))
        if wanted:
            self._arm(wanted)

    def _fault(
        self, fault: str, begins_at: datetime, ends_at: datetime, *, bank: str = ""
    ) -> FaultRequest:
        fault_id = self._ids.new(begins_at)
        return FaultRequest(fault_id, fault, bank, at=begins_at, until=ends_at)

    def _arm(self, wanted: list[FaultRequest]) -> None:
        # Whoever arms a fault is no part of the company: that never dies in between.
        told = self._company.database.run(lambda work: arm_faults(work, wanted))
        refused = [each.code for each in told if isinstance(each, DomainError)]
        assert not refused, refused
        self.armed += len(told)
