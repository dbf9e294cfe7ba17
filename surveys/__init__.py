"""What is asked: instruments as versioned YAML, their schema, the check of their meaning, frozen objects.

A questionnaire enters as files and leaves as an `Instrument` or as its resolved JSON, which is all that
`analysis` ever sees of it. No Flask, no database, no command line and nothing of `bip` or `analysis` may
enter here: an instrument is true or false by itself, whoever asks it and whatever is estimated from it.
"""
