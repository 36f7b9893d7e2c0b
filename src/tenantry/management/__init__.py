"""HTTP to the Management API: credentials, pacing, retries and whole lists."""
