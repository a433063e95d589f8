"""The staff's admin site and its first page."""
