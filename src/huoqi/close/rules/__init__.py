"""Pure rules of the close: what is due, the order of steps, what must tie."""
