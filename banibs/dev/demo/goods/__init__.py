"""What the demo sells: its texts as data, its prices, pictures and files, and their rows."""
