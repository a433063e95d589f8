"""Pages on which products and shops are found."""
