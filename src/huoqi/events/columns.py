"""Events of one kind by the thousand, as columns: the rows that ``emit_all`` writes too."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt

from huoqi.kit.copying import JSONB_VERSION, Cells, as_items, binary_rows, uuid_arrays
from huoqi.kit.dates import micros_since_2000
from huoqi.kit.id_columns import IdColumn, id_texts

_UNIX_TO_2000_US = 946_684_800_000_000


@dataclass(frozen=True, slots=True)
class EventColumns:
    """Events of one type about as many objects, each with one transfer of the ledger.

    ``data`` are JSON texts of one length, as bytes a row: what is short has blanks in it.
    """

    type: str
    object_ids: IdColumn
    customers: npt.NDArray[np.int64]
    transfer_ids: IdColumn
    data: npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What all events of a unit of work share: version, instants, the request."""

    api_version: str
    created_us: int
    at: datetime
    request_id: str


def rows_of(events: EventColumns, told: Circumstances, *, ids: IdColumn, base: int) -> bytes:
    """Return events as rows for the log, numbered on from ``base``."""
    count = len(ids)
    version = np.full((count, 1), ord(JSONB_VERSION), dtype=np.uint8)
    columns: list[Cells] = [
        bytes(2),
        np.arange(base + 1, base + count + 1).astype(">i8"),
        as_items(ids),
        events.type.encode(),
        told.api_version.encode(),
        (told.created_us - _UNIX_TO_2000_US).to_bytes(8, "big", signed=True),
        micros_since_2000(told.at).to_bytes(8, "big", signed=True),
        told.request_id.encode(),
        b"",
        id_texts(events.object_ids),
        events.customers.astype(">i8"),
        uuid_arrays(events.transfer_ids),
        as_items(np.hstack((version, events.data))),
    ]
    return binary_rows(columns, count=count)
