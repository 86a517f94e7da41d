"""How files become partitions: sources, chunk reader, partition writer, worker processes, StreamingIndexBuilder."""
