"""Who our customers are: registration, identity, session, recovery, freezing and leaving."""
