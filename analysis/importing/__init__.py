"""Other people's data: a foreign table and a mapping become a study dataset, every row accounted for.

`load.load_mapping` reads the mapping, `importer.import_table` does the import. What the mapping cannot mean
is refused before any row is read (`problems`); a row that cannot be placed is handed back with its line and
its reason. No estimate and no knowledge of how instruments are written enters here: the instrument comes
resolved, as it lies in a dataset.
"""
