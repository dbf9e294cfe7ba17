"""Figures of a unit: how many reached what, how long it took, who came and went."""
