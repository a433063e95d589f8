"""Events as they are listed, and the endpoints that hear of them."""
