"""Evidence in, a page out: the report floor."""

from mfcheck.report.page import render, write_report
from mfcheck.report.schema import schema

__all__ = ["render", "schema", "write_report"]
