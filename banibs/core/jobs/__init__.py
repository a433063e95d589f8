"""What every background job needs: waking a worker, a budget of time, the outbox's deliveries."""
