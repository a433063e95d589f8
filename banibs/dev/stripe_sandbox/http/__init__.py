"""From the wire to the wire: a call of the API, and what may become of it on its way."""
