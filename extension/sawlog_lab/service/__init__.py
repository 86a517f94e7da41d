"""What the server extension asks of sawlog.  The only part of it that imports sawlog, and only when asked."""
