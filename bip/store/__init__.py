"""What all concerns share: the tables, their constraints, the session and the migrations.

No rule about who may see what lives here, and no page.
"""
