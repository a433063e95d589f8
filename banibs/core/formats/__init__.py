"""How dates and times are written, a folder per language; what a folder does not say stays Django's."""
