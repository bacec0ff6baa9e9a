"""A round over the workbooks: read, plan, write, remember; and taking it back."""
