"""The ways in which the bank house is spoken to."""
