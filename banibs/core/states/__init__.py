"""The one way a state changes, and the word for each."""
