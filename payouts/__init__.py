"""What sellers have earned, on its way to them: clearing, and the accounts that it goes to."""
