"""The authorization endpoint.

Source: RFC 6749 section 3.1; OpenID Connect Core section 3.
"""
