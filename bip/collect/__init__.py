"""Answering: participants with a code, one question a screen."""
