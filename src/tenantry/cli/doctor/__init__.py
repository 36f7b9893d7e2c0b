"""What stands between a person and a plan, an apply or a smoke run; reads only."""
