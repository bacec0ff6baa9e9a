"""LibreOffice: what its own Python runs once the extension has put this package on its path."""
