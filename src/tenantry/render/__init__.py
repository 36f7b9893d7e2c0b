"""Plans, outcomes and findings as text, JSON, Markdown, JUnit and YAML; value types in, text out, no I/O."""
