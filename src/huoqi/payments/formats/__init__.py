"""The forms in which banks and we write to each other: ISO 20022 messages, delimited statements."""
