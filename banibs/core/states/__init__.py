"""The state machine that every state change goes through, and the label of each state."""
