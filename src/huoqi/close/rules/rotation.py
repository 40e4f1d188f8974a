"""Which holders a day compares one by one: all of a small fund, of a large one a turn a day."""

from datetime import date

import numpy as np
import numpy.typing as npt

Int64 = npt.NDArray[np.int64]
Chosen = npt.NDArray[np.bool_]

ALL_UNTIL = 1_000_000
#: The shortest month: so each holder is compared at least once in every month.
TURN_DAYS = 28


def compared_on(accounts: Int64, *, on: date, holders: int) -> Chosen:
    """Return which accounts are compared on a day, beside those that the day has touched.

    >>> compared_on(np.array([1, 2, 3]), on=date(2015, 5, 12), holders=3).tolist()
    [True, True, True]
    >>> compared_on(np.arange(28), on=date(2015, 5, 12), holders=1_000_001).sum().item()
    1
    """
    if holders <= ALL_UNTIL:
        return np.ones(accounts.shape, dtype=np.bool_)
    chosen: Chosen = accounts % TURN_DAYS == on.toordinal() % TURN_DAYS
    return chosen
