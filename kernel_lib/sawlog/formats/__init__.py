"""Which format is this line, and what are its fields?  Pure functions over Polars columns; no I/O."""
