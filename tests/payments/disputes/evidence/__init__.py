"""Stories of evidence."""
