"""Events of PayPal and Wise: proved and stored at the door, then worked on by asking the provider how the payout fares."""
