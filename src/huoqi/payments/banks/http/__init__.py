"""Banks that are reached over HTTP and call back: requests and answers are signed."""

from huoqi.payments.banks.http.banks import HttpBanks, Wiring
from huoqi.payments.banks.http.keys import LineKeys

__all__ = ["HttpBanks", "LineKeys", "Wiring"]
