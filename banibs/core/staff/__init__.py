"""Base classes of every app's admin, and the work queues of staff."""
