"""Commands for people and scripts; no business rule lives here."""
