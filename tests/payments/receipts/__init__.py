"""Stories of documents: their numbers, what they say, what kind of file they are, and who gets them."""
