"""What a member of staff has to do next, on a page and by mail."""
