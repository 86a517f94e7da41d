"""How a plan runs: byte scanner, column predicates, executors per partition, and the fan-out over all of them."""
