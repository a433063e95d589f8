"""Payouts: asked for, sent, looked up, and what becomes of them. One function takes in what providers say: `sync_payout`."""
