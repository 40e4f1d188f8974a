"""An embedded PostgreSQL: found, started, kept alive and stopped by us, without TCP."""

from huoqi.kit.postgres.binaries import Binaries, PostgresUnavailable, find_binaries
from huoqi.kit.postgres.locks import AlreadyRunning, single_instance
from huoqi.kit.postgres.settings import Profile
from huoqi.kit.postgres.supervisor import ClusterStatus, EmbeddedPostgres

__all__ = [
    "AlreadyRunning",
    "Binaries",
    "ClusterStatus",
    "EmbeddedPostgres",
    "PostgresUnavailable",
    "Profile",
    "find_binaries",
    "single_instance",
]
