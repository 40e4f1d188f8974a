"""The background pump: one desk works off what is due."""
