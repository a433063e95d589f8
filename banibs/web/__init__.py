"""What surrounds every page: context, errors, headers, health, public files."""
