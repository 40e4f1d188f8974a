"""Keeps private fields: a key per customer, sealing, opening, shredding, keyed pseudonyms."""
