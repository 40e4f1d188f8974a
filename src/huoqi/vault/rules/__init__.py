"""Pure rules of the vault: how a field is sealed and how a pseudonym is made."""
