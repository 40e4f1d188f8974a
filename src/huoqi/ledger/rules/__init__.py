"""Pure rules of the ledger: what a transfer is, account numbers, the chain, running counters."""
