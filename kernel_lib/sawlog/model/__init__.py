"""What is passed between the rooms: the log schema, RowSet, Progress and CancelToken."""
