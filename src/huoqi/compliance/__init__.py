"""Noticing what is unusual about customers, and what people do about it."""
