"""Half a year of trade in the demo: who buys what and when, under a moved clock."""
