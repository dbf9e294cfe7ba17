"""Files that are taken in as a whole, and whole intakes on one page."""
