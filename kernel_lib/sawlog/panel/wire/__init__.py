"""The messages between a panel and what answers it, shaped as ``extension/wire`` says.  Pure."""
