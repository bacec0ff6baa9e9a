"""The team's tabs: columns, types, owners."""
