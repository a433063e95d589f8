"""Prices and fees: arithmetic alone, no database."""
