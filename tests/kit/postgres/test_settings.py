"""The server's settings on small and large machines."""

from pathlib import Path

import pytest

from huoqi.kit.postgres.settings import GIB, MIB, Profile, memory_bytes, server_settings


def settings_on(memory: int, *, profile: Profile = Profile.DURABLE) -> dict[str, str]:
    return server_settings(
        socket_dir=Path("/run/huoqi"),
        memory=memory,
        profile=profile,
        wal_compression="off",
        small_shared_memory=False,
    )


@pytest.mark.parametrize(
    ("memory", "buffers"),
    [(256 * MIB, "64MB"), (2 * GIB, "256MB"), (24 * GIB, "3072MB"), (256 * GIB, "4096MB")],
)
def test_an_eighth_of_the_memory_holds_pages(memory: int, buffers: str) -> None:
    assert settings_on(memory)["shared_buffers"] == buffers


def test_nothing_that_was_committed_may_be_lost() -> None:
    settings = settings_on(2 * GIB)

    names = ("fsync", "full_page_writes", "synchronous_commit")
    assert [settings[name] for name in names] == ["on", "on", "on"]


def test_a_throw_away_server_does_not_wait_for_the_disk() -> None:
    settings = settings_on(24 * GIB, profile=Profile.DISPOSABLE)

    assert (settings["fsync"], settings["shared_buffers"]) == ("off", "256MB")


def test_values_of_statements_stay_out_of_the_log() -> None:
    settings = settings_on(2 * GIB)

    assert settings["log_min_error_statement"] == "panic"
    assert settings["log_error_verbosity"] == "terse"
    assert settings["log_parameter_max_length_on_error"] == "0"


def test_a_small_shared_memory_is_not_used() -> None:
    settings = server_settings(
        socket_dir=Path("/run/huoqi"),
        memory=GIB,
        profile=Profile.DURABLE,
        wal_compression="off",
        small_shared_memory=True,
    )

    assert settings["dynamic_shared_memory_type"] == "mmap"


def test_the_machine_has_memory() -> None:
    assert memory_bytes() > 64 * MIB
