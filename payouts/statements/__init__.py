"""Statements of a shop: a month as a document, any period as a file of lines; both add up to the ledger."""
