"""Releases of a study's data, and the report made from them."""
