"""Tablets that many share: started by staff, left with a PIN, showing participants' pages only."""
