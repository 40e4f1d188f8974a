"""Parts of ``bench crash``: who is killed, who looks on, who writes it down, who checks it."""
