"""What is on disk: partitions (rows, terms, bitmaps, manifest) and the catalog that lists them."""
