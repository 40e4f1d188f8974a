"""Asking the managers at once, where the rhythm would have waited a while longer."""

from huoqi.close import _store
from huoqi.kit.db import Work


def ask_managers_now(work: Work) -> None:
    """Let what was put off, since a manager had nothing to say, be due at once."""
    for cursor in _store.cursors(work).values():
        for kind, again_at in cursor.again_at.items():
            if again_at > work.at:
                _store.ask_again(work, fund=cursor.fund, kind=kind, at=work.at, note="asked")
