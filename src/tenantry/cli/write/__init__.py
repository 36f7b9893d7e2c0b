"""Runs that write to a tenant: one at a time, stopped in good order, from a plan made now, saved before, or turned round."""
