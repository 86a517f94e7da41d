"""What kinds of messages are there?  Variables masked, near-equal templates merged; pure."""
