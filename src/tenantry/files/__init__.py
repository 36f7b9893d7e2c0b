"""The disk: files that may be anything, read when they are regular and bounded, written so that only their owner reads them."""

from tenantry.files.reading import read_bytes, read_record, unread
from tenantry.files.writing import OWNER_ONLY, naming, write_private, write_text

__all__ = ["OWNER_ONLY", "naming", "read_bytes", "read_record", "unread", "write_private", "write_text"]
