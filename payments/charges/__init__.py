"""Charges: takes the money of a checkout or a top-up, from the wallet or by card."""
