"""From study dataset to person-rounds: who was at risk when, with which level, change and outcome.

DuckDB builds it from the dataset's tables. No estimate is made here.
"""
