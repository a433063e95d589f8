"""Events of PayPal and Wise: the door, and what each leads to."""
