"""The kinds of ERP and Amazon exports, by header set."""
