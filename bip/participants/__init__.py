"""Participants: who takes part, under whose care, and who of the staff may see whom."""
