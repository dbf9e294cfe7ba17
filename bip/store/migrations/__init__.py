"""The schema's history; each step can be gone up and down with data in the tables."""
