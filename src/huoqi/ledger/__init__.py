"""The double-entry book of money and fund units: accounts, transfers, holds, the hash chain."""
