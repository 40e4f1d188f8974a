"""Pure rules on cards, bank profiles, limits and the life of a money order."""
