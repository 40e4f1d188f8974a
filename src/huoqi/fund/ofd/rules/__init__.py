"""What the protocol says, as functions of bytes: no file, no clock, no database."""
