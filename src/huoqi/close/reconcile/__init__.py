"""Three-way reconciliation: our orders, the banks' statements, the fund managers' answers."""
