"""Pages of a person's profile and addresses."""
