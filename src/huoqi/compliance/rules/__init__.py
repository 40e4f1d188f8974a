"""The pure rules of compliance."""
