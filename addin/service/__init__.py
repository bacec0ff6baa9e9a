"""The function service: functions and commands over HTTP, for hosts without a Python of their own."""
