"""How is a query answered cheapest?  Statistics in, a plan of steps out; pure."""
