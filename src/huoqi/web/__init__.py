"""The HTTP entrance: /v1, its conventions and its reference page; no business rule lives here."""
