"""What every place that holds sheets speaks of: addresses, contents, edits, what a cell can hold."""
