"""Tells receivers of events over HTTP: signed, at least once, in order for each object."""
