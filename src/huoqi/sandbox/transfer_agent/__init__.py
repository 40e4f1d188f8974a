"""A transfer agent for the sandbox: a process of its own that speaks in exchange files only."""
