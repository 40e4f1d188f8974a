"""Banks that meet us in a folder."""
