"""The Management API v2 of the emulated tenant."""
