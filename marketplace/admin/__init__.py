"""The staff's screens of the market, a file per subject."""

from marketplace.admin import carts, catalogue, orders, regions, sellers, tax_details

__all__ = ["carts", "catalogue", "orders", "regions", "sellers", "tax_details"]
