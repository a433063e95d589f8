"""What a program asks of a seller's shop and account."""
