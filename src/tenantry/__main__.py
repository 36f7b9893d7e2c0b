"""`python -m tenantry` is the command `tenantry`, for whoever has an interpreter but no PATH to its programs."""

from tenantry.cli import main

if __name__ == "__main__":
    main()
