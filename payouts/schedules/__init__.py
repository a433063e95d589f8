"""When a shop is paid out by itself: due dates, their changes, and the job that runs them."""
