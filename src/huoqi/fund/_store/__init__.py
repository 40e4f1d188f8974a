"""The fund domain's only SQL, by table group: products, orders, holdings, days."""
