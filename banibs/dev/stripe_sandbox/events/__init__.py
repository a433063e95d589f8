"""What happened, and its way to the endpoints that listen."""
