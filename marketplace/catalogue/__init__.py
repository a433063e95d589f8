"""What is on sale, as a visitor finds it: the tree, lists, search, one product, a shop's front."""
