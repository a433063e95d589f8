"""Figures for sellers: sales summed by month, views, and the ledger's entries that make each figure."""

from payouts.analytics.overview import Overview, overview

__all__ = ["Overview", "overview"]
