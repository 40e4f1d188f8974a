"""The settings of the embedded server, sized by the machine's memory."""

import enum
import os
import sys
from pathlib import Path

MIB = 1 << 20
GIB = 1 << 30


class Profile(enum.Enum):
    """Whether what is committed must survive a power cut."""

    DURABLE = "durable"
    BESIDE = "beside"  # As durable, but nothing waits for the disk: what is thrown away soon.
    DISPOSABLE = "disposable"  # Tests only: survives a killed process, not a killed machine.


def memory_bytes() -> int:
    """Return the memory that this process may use: the machine's, or its container's if less."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limits = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")
    for limit in map(Path, limits):
        if limit.exists() and limit.read_text().strip().isdigit():
            return min(machine, int(limit.read_text()))
    return machine


def shared_memory_is_small() -> bool:
    """Return whether /dev/shm could not hold a parallel query's tables (usual in containers)."""
    if not Path("/dev/shm").exists():
        return False
    space = os.statvfs("/dev/shm")
    return space.f_blocks * space.f_frsize < GIB // 4


def server_settings(
    *,
    socket_dir: Path,
    memory: int,
    profile: Profile,
    wal_compression: str,
    small_shared_memory: bool,
) -> dict[str, str]:
    """Return every setting that differs from PostgreSQL's own, by name."""
    durable = profile is not Profile.DISPOSABLE
    buffers = _between(64 * MIB if durable else 32 * MIB, memory // 8, 4 * GIB)
    settings = {
        **_FIXED,
        "unix_socket_directories": str(socket_dir),
        "shared_buffers": _mib(buffers if durable else min(buffers, 256 * MIB)),
        "effective_cache_size": _mib(memory // 2),
        "maintenance_work_mem": _mib(_between(32 * MIB, memory // 64, 512 * MIB)),
        "work_mem": _mib(_between(4 * MIB, memory // 1024, 32 * MIB)),
        "wal_compression": wal_compression,
    }
    if small_shared_memory:
        settings["dynamic_shared_memory_type"] = "mmap"
    if sys.platform == "linux":
        # Before a killed server's redo: one call instead of one for each of thousands of files.
        settings["recovery_init_sync_method"] = "syncfs"
    if profile is Profile.BESIDE:
        settings["fsync"] = "off"
    return settings if durable else {**settings, **_DISPOSABLE}


def config_text(settings: dict[str, str]) -> str:
    """Return the settings as the text of a postgresql.conf.

    >>> config_text({"jit": "off", "application_name": "it's ours"})
    "application_name = 'it''s ours'\\njit = 'off'\\n"
    """
    quoted = {name: value.replace("'", "''") for name, value in settings.items()}
    return "".join(f"{name} = '{value}'\n" for name, value in sorted(quoted.items()))


# The private folder of the socket is the guard; whoever can enter it is the owner or root.
ACCESS_TEXT = "local all all trust\nlocal replication all trust\n"
# The server works in its data folder, and cannot change what stands beside it. Where nobody takes
# a backup there is no spool, and a finished segment is let go.
SPOOL, ARCHIVE_SCRIPT = "wal-spool", "archive.sh"
ARCHIVE_TEXT = """\
# Hand a finished segment of the log over to be sealed: huoqi.kit.backup.shipping takes it away.
spool=../wal-spool
[ -d "$spool" ] || exit 0
cp "$1" "$spool/.$2" || exit 1
sync "$spool/.$2" 2>/dev/null || sync
mv "$spool/.$2" "$spool/$2" || exit 1
sync "$spool" 2>/dev/null || sync
"""

_FIXED = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "64",
    "cluster_name": "huoqi",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "archive_mode": "on",
    "archive_command": f'/bin/sh ../{ARCHIVE_SCRIPT} "%p" "%f"',
    "wal_buffers": "32MB",
    "min_wal_size": "1GB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "checkpoint_completion_target": "0.9",
    "jit": "off",
    "random_page_cost": "1.1",
    "autovacuum_naptime": "20s",
    "autovacuum_vacuum_cost_limit": "2000",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    "log_line_prefix": "%m [%p] ",
    # Values of a failed statement may be personal: neither it nor its details reach the log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}
_DISPOSABLE = {
    "fsync": "off",
    "full_page_writes": "off",
    "max_connections": "300",
    "min_wal_size": "80MB",
    "max_wal_size": "1GB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "archive_mode": "off",
}


def _between(low: int, value: int, high: int) -> int:
    return max(low, min(value, high))


def _mib(size: int) -> str:
    return f"{size // MIB}MB"
