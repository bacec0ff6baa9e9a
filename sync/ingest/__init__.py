"""ERP files: container, encoding, header, report, typed table, scope."""
