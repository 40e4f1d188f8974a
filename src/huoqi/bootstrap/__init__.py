"""Wires the concrete adapters, the database and the entrances; nothing else may name them."""
