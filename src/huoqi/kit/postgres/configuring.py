"""What a server reads at its start, written beside its data, where it cannot change it."""

import os
from collections.abc import Mapping
from pathlib import Path

from huoqi.kit.postgres.account import Account, Places
from huoqi.kit.postgres.binaries import Binaries, has_feature
from huoqi.kit.postgres.settings import (
    ACCESS_TEXT,
    ARCHIVE_SCRIPT,
    ARCHIVE_TEXT,
    Profile,
    config_text,
    memory_bytes,
    server_settings,
    shared_memory_is_small,
)


def configure(
    places: Places,
    account: Account,
    binaries: Binaries,
    *,
    profile: Profile = Profile.DURABLE,
    more: Mapping[str, str] | None = None,
) -> None:
    """Write the server's settings; ``more`` are those of one start only, such as a recovery's."""
    settings = server_settings(
        socket_dir=places.socket_dir,
        memory=memory_bytes(),
        profile=profile,
        wal_compression="lz4" if has_feature(binaries, "lz4") else "off",
        small_shared_memory=shared_memory_is_small(),
    )
    settings["hba_file"] = str(places.access)
    write_readable(places.config, config_text({**settings, **(more or {})}), account)
    write_readable(places.access, ACCESS_TEXT, account)
    write_readable(places.home / ARCHIVE_SCRIPT, ARCHIVE_TEXT, account)


def write_readable(path: Path, text: str, account: Account) -> None:
    """Write a file that the server may read and no more; one that says so already stays."""
    if path.exists() and path.read_text() == text:
        return
    draft = path.with_suffix(".new")
    draft.write_text(text)
    if account.switch:
        os.chown(draft, os.geteuid(), account.gid)
    draft.chmod(0o640)
    draft.replace(path)
