"""Payment intents: made, confirmed, challenged, captured."""
