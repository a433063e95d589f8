"""From a cart to a placed order: the delivery address, what is shown, and the one function that writes it."""
