"""Pure rules about rules: which one is in force, and which ones collide."""
