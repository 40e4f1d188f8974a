"""The exchange protocol between distributors and transfer agents (OFD, JR/T 0017), on its own."""
