"""Pages of cases: the buyer's, the shop's, the staff's."""
