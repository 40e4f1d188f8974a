"""Money-market funds: products, orders, holdings, income, managers and their register."""
