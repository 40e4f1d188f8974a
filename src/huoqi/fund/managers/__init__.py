"""Where the platform meets fund managers and their transfer agents: the port and its adapters."""
