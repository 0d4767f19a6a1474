"""What `parley themes` does, one file for each kind of action."""
