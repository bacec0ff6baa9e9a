"""The three-way plan: pure, columnar."""
