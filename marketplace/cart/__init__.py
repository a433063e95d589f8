"""The cart: what is in it, what may be added, coupons, and the cart of a guest."""
