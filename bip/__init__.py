"""Who, when and by what right: the `bip` command and, next, the web application.

It may import `surveys` and `analysis`; neither may import it.
"""
