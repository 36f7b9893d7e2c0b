"""Logging in: the pages, the person, and the three ways of bringing them together."""
