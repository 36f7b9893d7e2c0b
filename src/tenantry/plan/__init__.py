"""State and State → Plan: match, diff, order and guards; pure."""
