"""Those who carry money to sellers, one module each behind one interface (`interface.py`)."""
