"""What we ask of a provider of lists: the list in force, and a name that changes with it."""

from typing import Protocol

from huoqi.customers.rules.screening import Index


class WatchList(Protocol):
    """Gives the list in force; called often, so an adapter keeps what it has read."""

    def version(self) -> str:
        """Return what names the list in force: it changes whenever an entry does."""
        ...

    def index(self) -> Index:
        """Return the list in force, ready to be asked."""
        ...
