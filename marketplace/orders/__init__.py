"""Orders after they are placed: their states, their history, their timeline, their downloads."""
