"""Pure answers to business questions: one module per family of the rule book."""
