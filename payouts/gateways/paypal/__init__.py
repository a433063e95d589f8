"""PayPal's REST: Payouts, and the signature of its webhooks."""
