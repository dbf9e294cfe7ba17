"""From panel to estimates: fits, their uncertainty, their refusals, `results.json`.

Nothing here reads tables or draws pictures, and nothing that leaves here concerns a single person: no
intercepts, no fitted values.
"""
