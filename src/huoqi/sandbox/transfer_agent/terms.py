"""Who the agent is and which funds it keeps: what is fixed when its books are opened."""

from dataclasses import dataclass
from typing import ClassVar

from huoqi.kit.errors import DomainError

DEFAULT_SEED = 20150511
DEFAULT_FUND = "990001"


class FundTermsMalformed(DomainError):
    """A fund is given as its code, with ``monthly``, ``seed=…``, ``gate=…`` or ``cancels``."""

    code: ClassVar[str] = "transfer_agent.fund_malformed"


@dataclass(frozen=True, slots=True)
class FundTerms:
    """A fund: the seed of its rates, its carry, what it does on a large-redemption day."""

    fund: str
    seed: int = DEFAULT_SEED
    is_monthly: bool = False
    accept_pct: int | None = None
    defers: bool = True


@dataclass(frozen=True, slots=True)
class AgentTerms:
    """The agent's code, the distributor's, and the funds."""

    agent: str
    distributor: str
    funds: tuple[FundTerms, ...] = (FundTerms(DEFAULT_FUND),)

    @property
    def codes(self) -> list[str]:
        """Return the codes of the funds."""
        return [terms.fund for terms in self.funds]


def fund_terms_of(text: str) -> FundTerms:
    """Return the terms that a text gives.

    >>> fund_terms_of("990002,monthly,gate=10").accept_pct
    10

    Errors: FundTermsMalformed.
    """
    code, *options = text.split(",")
    told = dict(option.partition("=")[::2] for option in options)
    try:
        terms = FundTerms(
            code,
            seed=int(told.pop("seed", DEFAULT_SEED)),
            is_monthly=told.pop("monthly", None) == "",
            accept_pct=int(told.pop("gate")) if "gate" in told else None,
            defers=told.pop("cancels", None) != "",
        )
    except ValueError as error:
        raise FundTermsMalformed(fund=text) from error
    if told or not code.isalnum() or len(code) > 6:
        raise FundTermsMalformed(fund=text)
    return terms
