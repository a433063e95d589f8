"""What PostgreSQL asks of every caller: retries of what it called off, pages by key."""
