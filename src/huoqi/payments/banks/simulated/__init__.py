"""Twelve banks that behave as badly as real ones do, by seed, on the business clock."""

from huoqi.payments.banks.simulated.banks import SimulatedBanks
from huoqi.payments.banks.simulated.deeds import FaultMix

__all__ = ["FaultMix", "SimulatedBanks"]
