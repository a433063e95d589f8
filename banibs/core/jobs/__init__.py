"""Tools of background jobs: asking a worker to run, due rows, a time budget, and the delivery of events."""
