"""What the local PayPal and the local Wise promise, asked over HTTP."""
