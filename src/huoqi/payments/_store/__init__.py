"""The only SQL of payments: orders, evidence and counters; cards; banks."""
