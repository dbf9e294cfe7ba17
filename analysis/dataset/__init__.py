"""The study dataset: the one contract between collecting and estimating.

Schema, writer, reader and checker live here. The exporter, the simulator and the importer write through
this package; estimates read through it. It knows what a table is, not what an estimate is, and it
imports nothing from the rest of `analysis`.
"""
