"""From the inbox to what the ERP says now: files known by content, the newest of each scope, joined."""
