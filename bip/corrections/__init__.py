"""Putting right what was entered wrongly, and the trail that shows it."""
