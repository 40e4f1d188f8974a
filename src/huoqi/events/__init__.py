"""The event log: what happened, gap-free in commit order, without personal data."""
