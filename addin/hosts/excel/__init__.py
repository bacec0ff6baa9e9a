"""Excel on Windows: the Python that the add-in's VBA calls through xlwings' COM server."""
