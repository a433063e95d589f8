"""Retries of transactions that PostgreSQL undid, and keyset pagination."""
