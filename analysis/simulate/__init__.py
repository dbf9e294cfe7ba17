"""Simulated studies whose truth is known: the generator, its scenarios, the true values.

It writes study datasets like every other writer and knows nothing of the estimators.
"""
