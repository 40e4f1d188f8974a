"""What is on the shelf: a fund's terms, its state at an instant, the rules and days it goes by."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from typing import ClassVar

from huoqi.fund.rules.allocation import Becoming
from huoqi.fund.rules.carrying import becoming_on
from huoqi.fund.rules.trading_days import TradingCalendar
from huoqi.fund.rules.yields import Carry
from huoqi.kit.errors import DomainError

EXCHANGE = "XSHG"
# The platform is one distributor; counters and rules are keyed by it all the same.
DISTRIBUTOR = "HUOQI"


class FundUnknown(DomainError):
    """No product with this code is on sale at this instant."""

    code: ClassVar[str] = "fund.unknown"


class PurchasesSuspended(DomainError):
    """The fund takes no purchases now."""

    code: ClassVar[str] = "fund.suspended"


class RedemptionsSuspended(DomainError):
    """The fund gives nothing back now, neither fast nor normal."""

    code: ClassVar[str] = "redeem.suspended"


class ProductState(StrEnum):
    """What may be done with a fund; each change is dated and signed."""

    OPEN = "open"
    PURCHASES_SUSPENDED = "purchases_suspended"
    REDEMPTIONS_SUSPENDED = "redemptions_suspended"
    GATED = "gated"
    LIQUIDATING = "liquidating"

    @property
    def takes_purchases(self) -> bool:
        """Tell whether new money is taken."""
        return self is ProductState.OPEN

    @property
    def takes_redemptions(self) -> bool:
        """Tell whether money can be asked back; under a gate, as the day's share allows."""
        return self not in {ProductState.REDEMPTIONS_SUSPENDED, ProductState.LIQUIDATING}

    @property
    def takes_fast_redemptions(self) -> bool:
        """Tell whether anybody would advance money on units of this fund."""
        return self in {ProductState.OPEN, ProductState.PURCHASES_SUSPENDED}


@dataclass(frozen=True, slots=True)
class Product:
    """A fund as it is sold at an instant."""

    fund: str
    fund_no: int
    name_zh: str
    name_en: str
    manager: str
    preset: str
    knobs: Mapping[str, object]
    on_sale_from: date
    state: ProductState
    state_from: datetime | None
    state_reason: str
    source: str

    @property
    def carry(self) -> Carry:
        """Return how income becomes units."""
        return Carry(str(self.knobs["carry"]))

    def becoming_on(self, on: date) -> Becoming:
        """Return what the income of a day becomes at its end."""
        return becoming_on(on, carry=self.carry)


@dataclass(frozen=True, slots=True)
class NewProduct:
    """The terms of a product from a date on; knobs given here win over the preset's."""

    fund: str
    effective_from: date
    preset: str
    name_zh: str
    name_en: str
    manager: str
    source: str
    knobs: Mapping[str, str | int | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rule:
    """A dated rule in force: its figures by name, and where it is written."""

    value: Mapping[str, object]
    source: str
    effective_from: date

    def figure(self, name: str) -> int | None:
        """Return a figure of the rule; None where it sets no limit."""
        found = self.value.get(name)
        assert found is None or isinstance(found, int)
        return found


NO_RULE = Rule({}, "", date.min)


@dataclass(frozen=True, slots=True)
class Terms:
    """All that an order of one fund is judged by at one instant."""

    product: Product
    calendar: TradingCalendar
    cut_off: time
    rules: Mapping[str, Rule]

    def rule(self, name: str) -> Rule:
        """Return a rule in force; without one, nothing is limited."""
        return self.rules.get(name, NO_RULE)


#: The synthetic product of the 2015 launch; its real code is not known.
HUOQIBAO = NewProduct(
    fund="990001",
    effective_from=date(2015, 5, 11),
    preset="cn_daily",
    name_zh="活期宝",
    name_en="Huoqibao",
    manager="E Fund (simulated)",
    source="press 2015-05-11; the code is synthetic",
)
