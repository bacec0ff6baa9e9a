"""Rounds that workers on several machines run: the service asks, whoever is free answers."""
