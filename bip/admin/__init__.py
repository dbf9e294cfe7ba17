"""Setting up: the organisation, its units, its staff and its studies."""
