"""A believable small company, made from a seed."""
