"""Staff's screens of payouts."""
