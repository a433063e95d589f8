"""Pages where a seller says how to be paid."""
