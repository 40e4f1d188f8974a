"""The sandbox's list: persons that do not exist, with names that say so. SIMULATED."""

from datetime import date

from huoqi.customers.rules.screening import Index, Listed

BORN = date(1971, 3, 4)
#: Simulated: the names are made up to mean that nobody bears them.
PEOPLE = (
    Listed("SIM-001", ("司徒不存", "SITU BUCUN"), BORN),
    Listed("SIM-002", ("欧阳虚构", "OUYANG XUGOU"), BORN),
    Listed("SIM-003", ("Nemo Nobodyson", "Nobodyson, N. E. M. O."), None),
)
_INDEX = Index(PEOPLE)


class SimulatedList:
    """A list that never changes."""

    def version(self) -> str:
        """Return the list's name."""
        return "simulated-1"

    def index(self) -> Index:
        """Return the list."""
        return _INDEX
