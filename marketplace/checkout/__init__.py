"""The checkout: the delivery address, the summary, the breakdown, and the function that places the order."""
