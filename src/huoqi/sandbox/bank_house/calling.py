"""Calling the platform back: signed anew each time, again and again until it was heard."""

import http.client
import logging
import threading
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import msgspec

from huoqi.payments.banks.http.keys import SIGNATURE, LineKeys
from huoqi.payments.banks.http.lines import machine_unix
from huoqi.sandbox.bank_house.books_store import DueCall
from huoqi.sandbox.bank_house.house import House

_LOG = logging.getLogger("huoqi.bank_house")
_IDLE_S = 0.5
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.05, 30.0
_DEADLINE_S = 10
_AT_ONCE = 200
_HEARD = range(200, 300)


class _Call(msgspec.Struct):
    event_id: str
    ref: str
    code: str
    amount_fen: int
    currency: str = "CNY"


class Caller:
    """Makes the calls that are due, oldest first, in a thread of its own between start and end.

    A refused call holds nobody up but itself; where nobody listens all wait, longer each time.
    """

    def __init__(self, house: House, *, keys: Callable[[], LineKeys]) -> None:
        self._house = house
        self._keys = keys
        self._woken, self._ending = threading.Event(), threading.Event()
        self._lock = threading.Lock()
        self._failures: dict[str, tuple[int, float]] = {}
        self._thread = threading.Thread(target=self._run, name="bank calls", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def end(self) -> None:
        """End after the call at hand."""
        self._ending.set()
        self._woken.set()
        self._thread.join()

    def settle(self, *, patience_s: float) -> None:
        """Return once every due call was heard, or the patience is over."""
        deadline = time.monotonic() + patience_s
        while self._house.calls_due(limit=1) and not self._ending.is_set():
            self.make()
            left_s = deadline - time.monotonic()
            if left_s <= 0 or not self._house.callbacks_to:
                return
            if self._house.calls_due(limit=1):
                self._ending.wait(min(_FIRST_PAUSE_S, left_s))

    def make(self) -> int:
        """Make the calls whose turn it is and return how many were heard."""
        heard = 0
        with self._lock:
            to, keys = self._house.callbacks_to, self._keys()
            for call in self._house.calls_due(limit=_AT_ONCE) if to else ():
                _, again_at = self._failures.get(call.call_id, (0, 0.0))
                if time.monotonic() < again_at or self._ending.is_set():
                    continue
                status = _posted(call, to=to, keys=keys)
                if status in _HEARD:
                    self._house.was_heard(call)
                    self._failures.pop(call.call_id, None)
                    heard += 1
                else:
                    self._wait_longer(call, status)
        return heard

    def _wait_longer(self, call: DueCall, status: int | None) -> None:
        failures = self._failures.get(call.call_id, (0, 0.0))[0] + 1
        pause_s = min(_FIRST_PAUSE_S * 2.0 ** min(failures - 1, 16), _LONGEST_PAUSE_S)
        self._failures[call.call_id] = failures, time.monotonic() + pause_s
        if failures == 1 or pause_s == _LONGEST_PAUSE_S:
            _LOG.warning("%s was not heard: %s; again in %.2f s", call.call_id, status, pause_s)

    def _run(self) -> None:
        while not self._ending.is_set():
            self._woken.wait(_IDLE_S)
            self._woken.clear()
            self.make()


def _posted(call: DueCall, *, to: str, keys: LineKeys) -> int | None:
    """Return the status that a call was answered with, None where nobody answered."""
    said = _Call(call.call_id, call.bank_ref, call.code, call.amount_fen)
    body = msgspec.json.encode(said)
    where = urlsplit(to)
    headers = {
        "Content-Type": "application/json",
        SIGNATURE: keys.sign_call(body, bank=call.bank, unix=machine_unix()),
    }
    connection = http.client.HTTPConnection(
        where.hostname or "", where.port or 80, timeout=_DEADLINE_S
    )
    try:
        connection.request("POST", f"/v1/bank-callbacks/{call.bank}", body=body, headers=headers)
        answer = connection.getresponse()
        answer.read(2_000)
    except (OSError, http.client.HTTPException, ValueError):
        return None
    else:
        return answer.status
    finally:
        connection.close()
