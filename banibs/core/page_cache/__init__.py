"""Pages and fragments that are drawn once for many visitors. How it works, on one page: docs "The page cache"."""
