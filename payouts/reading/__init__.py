"""What pages and the API read of payouts: balances, dates, lists, words. Nothing here writes."""
