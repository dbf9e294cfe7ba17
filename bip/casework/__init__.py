"""What a caseworker does with a participant's answers once the seal is open: looking at both side by side.

What is drawn and told here is given by the caller, who knows what this reader may see; no figure is fitted,
and none holds a probability.
"""
