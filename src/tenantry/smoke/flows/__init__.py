"""Ways to tokens: which ones the configuration promises, and how each is gone."""
