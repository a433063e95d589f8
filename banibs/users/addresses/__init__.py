"""Addresses: their forms, their countries' formats, a person's book of them."""
