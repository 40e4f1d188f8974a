"""What we tell a fund manager's transfer agent in exchange files, and what its files tell us."""
