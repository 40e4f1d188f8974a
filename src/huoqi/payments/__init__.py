"""How money enters and leaves by bank cards: cards, money orders, banks."""
