"""The seal of a day's book: a tree over all holders, signed by three, proved to each of them."""
