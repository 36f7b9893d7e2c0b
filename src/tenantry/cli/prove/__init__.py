"""Proving tokens: the tenant as seen from outside, the way of logging in, the run, and what it would ask."""
