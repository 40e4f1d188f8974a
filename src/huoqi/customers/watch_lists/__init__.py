"""Lists of persons that nobody may deal with, or only after people have looked."""
