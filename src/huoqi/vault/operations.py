"""What the vault can do: open a customer's key, seal, reveal, shred, make pseudonyms."""

import contextlib
import dataclasses
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeVar

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.kit.shards import shard_of
from huoqi.vault import _store
from huoqi.vault.rules.pseudonyms import pseudonym_of, scope_key
from huoqi.vault.rules.sealing import (
    KEY_BYTES,
    NONCE_BYTES,
    Unreadable,
    field_binding,
    key_binding,
    open_bytes,
    seal_bytes,
)

_FIRST_EPOCH = 1

Answer = TypeVar("Answer")


class KeyMissing(DomainError):
    """The customer has no key: none was opened, or it was shredded and nothing can be read."""

    code: ClassVar[str] = "vault.key_missing"


@dataclass(frozen=True, slots=True)
class Plain:
    """A private text on its way in; ``field`` names its place, such as ``customer.name``."""

    customer_no: int
    field: str
    text: str = dataclasses.field(repr=False)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed text on its way out, with the place that it was sealed for."""

    customer_no: int
    field: str
    sealed: bytes = dataclasses.field(repr=False)


class Vault:
    """Holds the master key; ``shards`` is the installation's number of logical shards.

    Keys for wrapping and for pseudonyms are derived apart (HKDF-SHA256). No unwrapped key is
    kept: unwrapping costs a microsecond, and a shredded key must be gone at once.
    """

    def __init__(self, master_key: bytes, *, shards: int) -> None:
        assert len(master_key) == KEY_BYTES
        assert shards > 0
        self._wrapping = _derived(master_key, b"huoqi/vault/wrapping/v1")
        self._pseudonyms = _derived(master_key, b"huoqi/vault/pseudonyms/v1")
        self._scopes: dict[str, bytes] = {}
        self.shards = shards

    def __repr__(self) -> str:
        return f"Vault(shards={self.shards})"

    # ---- pseudonyms ------------------------------------------------------------------------

    def pseudonym(self, *, purpose: str, value: str) -> bytes:
        """Return 16 bytes that stand for a value (in its normal form) for one purpose."""
        key = self._scopes.get(purpose)
        if key is None:
            key = self._scopes[purpose] = scope_key(self._pseudonyms, scope=purpose)
        return pseudonym_of(value, key=key)

    # ---- one key a customer ----------------------------------------------------------------

    def open_keys(self, work: Work, customer_nos: Sequence[int]) -> None:
        """Make a key for each customer who has none; a shredded one stays shredded."""
        wrapped = [self.new_key(f"c:{number}") for number in customer_nos]
        _store.open_keys(
            work, shards=self._shards_of(customer_nos), customers=customer_nos, wrapped=wrapped
        )

    def seal(self, work: Work, *, customer_no: int, field: str, plaintext: str) -> bytes:
        """Return a text sealed under the customer's key; raise KeyMissing."""
        return _only(self.seal_many(work, [Plain(customer_no, field, plaintext)]))

    def seal_many(self, work: Work, items: Sequence[Plain]) -> list[bytes | DomainError]:
        """Return each text sealed for its place, or KeyMissing; one statement for all."""
        keys = self._keys_of(work, [item.customer_no for item in items])
        results: list[bytes | DomainError] = []
        for item in items:
            found = keys.get(item.customer_no)
            if found is None:
                results.append(KeyMissing(customer_no=item.customer_no))
                continue
            epoch, key = found
            binding = field_binding(f"c:{item.customer_no}", field=item.field, epoch=epoch)
            results.append(_sealed(item.text, key=key, binding=binding))
        return results

    def reveal(self, work: Work, *, customer_no: int, field: str, sealed: bytes) -> str:
        """Return the text that was sealed for this place; raise KeyMissing or Unreadable."""
        return _only(self.reveal_many(work, [Sealed(customer_no, field, sealed)]))

    def reveal_many(self, work: Work, items: Sequence[Sealed]) -> list[str | DomainError]:
        """Return each text, KeyMissing or Unreadable; one statement for all."""
        keys = self._keys_of(work, [item.customer_no for item in items])
        results: list[str | DomainError] = []
        for item in items:
            found = keys.get(item.customer_no)
            if found is None:
                results.append(KeyMissing(customer_no=item.customer_no))
                continue
            epoch, key = found
            binding = field_binding(f"c:{item.customer_no}", field=item.field, epoch=epoch)
            try:
                results.append(open_bytes(item.sealed, key=key, binding=binding).decode())
            except Unreadable as error:
                results.append(error)
        return results

    def opens(self, work: Work, *, limit: int) -> tuple[int, int]:
        """Return how many customers' keys were looked at, and how many this master key opens."""
        rows = _store.some_keys(work, limit=limit)
        opened = 0
        for number, epoch, wrapped in rows:
            with contextlib.suppress(Unreadable):
                self._unwrapped(wrapped, owner=f"c:{number}", epoch=epoch)
                opened += 1
        return len(rows), opened

    def shred_keys(self, work: Work, customer_nos: Sequence[int]) -> int:
        """Destroy the customers' keys and return how many had one; nothing brings them back."""
        return _store.shred(work, shards=self._shards_of(customer_nos), customers=customer_nos)

    # ---- a key beside what it seals, for those who are not customers yet --------------------

    def new_key(self, owner: str) -> bytes:
        """Return a fresh data key, wrapped for its owner; keep it beside what it seals."""
        return seal_bytes(
            secrets.token_bytes(KEY_BYTES),
            key=self._wrapping,
            nonce=secrets.token_bytes(NONCE_BYTES),
            binding=key_binding(owner, epoch=_FIRST_EPOCH),
        )

    def seal_under(self, wrapped: bytes, *, owner: str, field: str, plaintext: str) -> bytes:
        """Return a text sealed under a key from ``new_key``; raise Unreadable."""
        key = self._unwrapped(wrapped, owner=owner, epoch=_FIRST_EPOCH)
        binding = field_binding(owner, field=field, epoch=_FIRST_EPOCH)
        return _sealed(plaintext, key=key, binding=binding)

    def reveal_under(self, wrapped: bytes, *, owner: str, field: str, sealed: bytes) -> str:
        """Return a text sealed by ``seal_under``; raise Unreadable."""
        key = self._unwrapped(wrapped, owner=owner, epoch=_FIRST_EPOCH)
        binding = field_binding(owner, field=field, epoch=_FIRST_EPOCH)
        return open_bytes(sealed, key=key, binding=binding).decode()

    def _keys_of(self, work: Work, customer_nos: Sequence[int]) -> dict[int, tuple[int, bytes]]:
        unique = sorted(set(customer_nos))
        rows = _store.keys_of(work, shards=self._shards_of(unique), customers=unique)
        return {
            number: (epoch, self._unwrapped(wrapped, owner=f"c:{number}", epoch=epoch))
            for number, epoch, wrapped in rows
            if wrapped is not None
        }

    def _unwrapped(self, wrapped: bytes, *, owner: str, epoch: int) -> bytes:
        binding = key_binding(owner, epoch=epoch)
        return open_bytes(wrapped, key=self._wrapping, binding=binding)

    def _shards_of(self, customer_nos: Sequence[int]) -> list[int]:
        return [shard_of(number, shards=self.shards) for number in customer_nos]


def _derived(master_key: bytes, info: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(master_key)


def _sealed(text: str, *, key: bytes, binding: bytes) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return seal_bytes(text.encode(), key=key, nonce=nonce, binding=binding)


def _only(results: list[Answer | DomainError]) -> Answer:
    (result,) = results
    if isinstance(result, DomainError):
        raise result
    return result
