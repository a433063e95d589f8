"""Stories of money on its way back: sent, returned, stuck, decided by people."""
