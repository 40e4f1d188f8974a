"""What a new device must show before money moves from it."""

from uuid import UUID

from huoqi.customers.rules.devices import (
    DevicePasswordRequired,
    device_digest,
    refusal_of_passkey,
)

HERE, ELSEWHERE = UUID(int=1), UUID(int=2)


def test_a_trusted_device_may_use_any_passkey() -> None:
    refusal = refusal_of_passkey(is_trusted=True, session_device=HERE, passkey_device=HERE)

    assert refusal is None


def test_a_new_device_needs_a_passkey_of_another_device_or_the_password() -> None:
    def refusal(passkey_device: UUID | None) -> object:
        return refusal_of_passkey(
            is_trusted=False, session_device=HERE, passkey_device=passkey_device
        )

    assert refusal(ELSEWHERE) is None
    assert isinstance(refusal(HERE), DevicePasswordRequired)
    assert isinstance(refusal(None), DevicePasswordRequired)


def test_only_a_long_plain_text_is_a_device_key() -> None:
    assert device_digest("k" * 32) is not None
    assert device_digest("") is None
    assert device_digest("k" * 129) is None
    assert device_digest("my phone, the blue one....") is None
