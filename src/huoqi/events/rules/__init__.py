"""Pure rules of the event log: what an event may carry."""
