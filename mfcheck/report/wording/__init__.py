"""Numbers, intervals and rows in words."""
