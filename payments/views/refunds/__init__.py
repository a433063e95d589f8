"""Pages on which money of an order goes back: the shop's, staff's, and the buyer's cancellation."""
