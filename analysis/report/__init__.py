"""From estimates and counts to the report that people read: figures, words, tables, one HTML file.

Numbers are not made here, only shown; figures for groups under the suppression limit are not shown.
"""
