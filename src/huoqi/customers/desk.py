"""The registration desk: the vault and the outside parties that customers' operations need."""

from dataclasses import dataclass

from huoqi.customers.authorities.port import IdentityAuthority
from huoqi.customers.messages.port import Messages
from huoqi.customers.rules.phone import TAIL_DIGITS
from huoqi.vault.operations import Vault

ID_PURPOSE = "customer.national_id"
PHONE_PURPOSE = "customer.phone"
TAIL_PURPOSE = "customer.phone_tail"


@dataclass(frozen=True, slots=True)
class Desk:
    """What stands at the desk; one a process, made by bootstrap."""

    vault: Vault
    authority: IdentityAuthority
    messages: Messages

    @property
    def shards(self) -> int:
        """Return the installation's number of shards."""
        return self.vault.shards

    def id_pseudonym(self, number: str) -> bytes:
        """Return what stands for a national ID in its stored form."""
        return self.vault.pseudonym(purpose=ID_PURPOSE, value=number)

    def phone_pseudonym(self, phone: str) -> bytes:
        """Return what stands for a mobile number in its stored form."""
        return self.vault.pseudonym(purpose=PHONE_PURPOSE, value=phone)

    def tail_pseudonym(self, phone: str) -> bytes:
        """Return what stands for the last four digits of a mobile number."""
        return self.vault.pseudonym(purpose=TAIL_PURPOSE, value=phone[-TAIL_DIGITS:])

    def shard_of_pseudonym(self, pseudonym: bytes) -> int:
        """Return the shard on which a pseudonym is looked up."""
        return int.from_bytes(pseudonym[:8], "big") % self.shards
