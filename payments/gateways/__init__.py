"""Providers of payments, a folder each."""
