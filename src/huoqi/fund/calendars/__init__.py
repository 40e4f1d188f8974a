"""Exchange calendars that ship with the program, as data with source and version."""
