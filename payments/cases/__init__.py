"""Something is wrong with an order: what its buyer and its shop settle, returns, and staff's decision after them."""
