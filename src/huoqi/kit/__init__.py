"""What every domain stands on: errors, clock, ids, money, database, batching, progress, logs."""
