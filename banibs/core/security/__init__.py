"""Secrets at rest, card numbers typed by mistake, and refused looks at what is another's."""
