"""The cart: its contents, adding an item, coupons, and the carts of guests."""
