"""Stories of buyers' banks: what they take, give back and keep, and who bears it."""
