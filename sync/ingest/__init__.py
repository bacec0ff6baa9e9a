"""ERP files: container, encoding, header, report, typed table, scope; and what they say together."""
