"""What the answers say: study dataset -> panel -> estimates -> report.

Everything here starts from a study dataset (a folder of Parquet tables) and nothing else. The web
application, its database and the `surveys` package may not be imported: a researcher must be able to
run every estimate on an exported folder with none of them.
"""
