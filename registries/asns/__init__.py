"""AS numbers and ranges of them."""
