"""AES-256-GCM with everything that a ciphertext belongs to bound into it."""

from typing import ClassVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from huoqi.kit.errors import DomainError

KEY_BYTES = 32
NONCE_BYTES = 12
OVERHEAD_BYTES = 28  # nonce 12 and tag 16
WRAPPED_BYTES = KEY_BYTES + OVERHEAD_BYTES


class Unreadable(DomainError):
    """The ciphertext was changed, moved to another place, or sealed under another key."""

    code: ClassVar[str] = "vault.unreadable"


def key_binding(owner: str, *, epoch: int) -> bytes:
    """Return what a wrapped data key is bound to: its owner and its epoch.

    >>> key_binding("c:107", epoch=1)
    b'huoqi/dek/v1|c:107|epoch=1'
    """
    return f"huoqi/dek/v1|{owner}|epoch={epoch}".encode()


def field_binding(owner: str, *, field: str, epoch: int) -> bytes:
    """Return what a sealed field is bound to: its owner, its name and the epoch of its key.

    >>> field_binding("c:107", field="customer.name", epoch=1)
    b'huoqi/field/v1|c:107|customer.name|epoch=1'
    """
    assert "|" not in owner + field, "a bar would make two bindings look alike"
    return f"huoqi/field/v1|{owner}|{field}|epoch={epoch}".encode()


def seal_bytes(plain: bytes, *, key: bytes, nonce: bytes, binding: bytes) -> bytes:
    """Return nonce, ciphertext and tag in one piece, 28 bytes longer than the text."""
    assert len(key) == KEY_BYTES
    assert len(nonce) == NONCE_BYTES
    return nonce + AESGCM(key).encrypt(nonce, plain, binding)


def open_bytes(sealed: bytes, *, key: bytes, binding: bytes) -> bytes:
    """Return what was sealed; raise Unreadable if key, binding or bytes are not the same."""
    nonce, rest = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
    if len(sealed) < OVERHEAD_BYTES:
        raise Unreadable
    try:
        return AESGCM(key).decrypt(nonce, rest, binding)
    except InvalidTag as error:
        raise Unreadable from error
