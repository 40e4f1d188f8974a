"""Four eyes: one person proposes, another decides, and nobody decides on what has changed."""
