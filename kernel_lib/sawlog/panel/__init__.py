"""What do panels ask, in messages, and what are they answered?  The same on the server and in the kernel."""
