"""Payment and setup intents: made, confirmed, challenged, captured."""
