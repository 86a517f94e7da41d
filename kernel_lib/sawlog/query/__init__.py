"""What did the user ask?  Tokens, the lenient parser, the query tree and its reference semantics; pure, no I/O."""
