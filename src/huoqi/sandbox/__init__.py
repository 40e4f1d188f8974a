"""The simulated world: seeds, time machine, branches and faults."""
