"""What every app's admin and work queue is made of."""
