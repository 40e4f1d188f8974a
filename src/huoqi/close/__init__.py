"""The close: what is due when, and the day's steps from cut-off to seal."""
