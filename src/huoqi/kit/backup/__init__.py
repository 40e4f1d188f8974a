"""Copies of the database that survive its disk: a sealed base, and every segment of its log."""
