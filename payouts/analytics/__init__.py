"""Figures for sellers: sales summed by month, views, and the ledger's entries that make each figure."""
