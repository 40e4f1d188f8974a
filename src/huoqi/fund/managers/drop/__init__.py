"""A manager whose transfer agent meets us in a folder, by exchange files."""
