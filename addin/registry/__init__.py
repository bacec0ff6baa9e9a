"""One definition of each function: name, arguments, help, example, rule."""
