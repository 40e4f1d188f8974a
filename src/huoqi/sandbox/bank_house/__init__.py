"""The banks as a process of their own: books that nobody else reads, and lines in front of them."""
