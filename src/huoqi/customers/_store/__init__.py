"""The customers' only SQL, by subject."""
