"""What is remembered between rounds."""
