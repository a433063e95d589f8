"""Wise's REST: quotes, recipients, transfers, the lines of our balances, and the signature of its webhooks."""
