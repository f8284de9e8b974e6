"""What customers say afterwards (回访): ratings of closed cases, links that ask for them."""
