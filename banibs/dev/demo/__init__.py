"""The demo market: shops, listings, people and half a year of orders, for a laptop and for the tests."""
