"""The tenant as it is: every needed section whole, parts of declared parents, or an error; never a smaller world."""

from tenantry.live.read import read
from tenantry.live.wanted import EVERYTHING, Wanted, wanted

__all__ = ["EVERYTHING", "Wanted", "read", "wanted"]
