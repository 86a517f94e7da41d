"""What does the user hold?  Hits and their tables, context, histograms, highlighting, progress.

Nothing here is imported before it is used: a dataset that is opened must not wait for charts.
"""
