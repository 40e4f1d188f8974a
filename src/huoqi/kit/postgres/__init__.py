"""An embedded PostgreSQL: found, started, kept alive and stopped by us, without TCP."""

from huoqi.kit.postgres.account import left_behind
from huoqi.kit.postgres.binaries import Binaries, PostgresUnavailable, find_binaries
from huoqi.kit.postgres.locks import AlreadyRunning, holder_of, single_instance
from huoqi.kit.postgres.removal import StillInUse, clusters_in, halt_cluster, remove_cluster
from huoqi.kit.postgres.settings import Profile
from huoqi.kit.postgres.supervisor import ClusterStatus, EmbeddedPostgres

__all__ = [
    "AlreadyRunning",
    "Binaries",
    "ClusterStatus",
    "EmbeddedPostgres",
    "PostgresUnavailable",
    "Profile",
    "StillInUse",
    "clusters_in",
    "find_binaries",
    "halt_cluster",
    "holder_of",
    "left_behind",
    "remove_cluster",
    "single_instance",
]
