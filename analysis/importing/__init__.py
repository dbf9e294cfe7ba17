"""Other people's data: a foreign table and a mapping become a study dataset, every row accounted for."""
