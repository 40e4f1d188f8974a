"""Benchmarks: each prints one JSON document with its figures and the facts of the machine."""
