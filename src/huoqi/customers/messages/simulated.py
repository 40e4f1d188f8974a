"""The sandbox's message sender: always 123456, and the last code a phone can be looked up."""

from huoqi.customers.messages import _store
from huoqi.kit.db import Work
from huoqi.vault.operations import Vault

CODE = "123456"
_PURPOSE = "simulated.message"


class SimulatedMessages:
    """Keeps the last code of each phone in a table, under a pseudonym of the number."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def new_code(self) -> str:
        """Return the sandbox's code."""
        return CODE

    def send_code(self, work: Work, *, phone: str, code: str) -> None:
        """Keep the code where the sandbox can read it."""
        _store.keep(work, pseudonym=self._vault.pseudonym(purpose=_PURPOSE, value=phone), code=code)

    def last_code(self, work: Work, *, phone: str) -> str | None:
        """Return the last code sent to a number in its normal form, if there was one."""
        return _store.last(work, pseudonym=self._vault.pseudonym(purpose=_PURPOSE, value=phone))
