"""The page cache: pages and fragments rendered once for many visitors (docs "The page cache")."""
