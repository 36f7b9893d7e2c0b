"""Declare an Auth0 tenant in YAML, plan it, apply it, and prove the tokens it issues."""
