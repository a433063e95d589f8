"""What a shop does: it opens, describes its listings, sees its sales."""
