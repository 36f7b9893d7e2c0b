"""What the Management API accepts, and the validator of requests."""
