"""The identity authority: whoever can say that a name and a national ID belong together."""
