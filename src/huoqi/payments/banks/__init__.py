"""The banks: one port, and one file for each way to speak to them."""
