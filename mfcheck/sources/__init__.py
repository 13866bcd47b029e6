"""Sources: which local files a number depends on, and the text of each as it was executed.

A file is local if it is neither the standard library's nor installed in site-packages: those are
known by their versions.
"""

from mfcheck.sources.code import Code, code_of
from mfcheck.sources.loading import executed, load_source, watching

__all__ = ["Code", "code_of", "executed", "load_source", "watching"]
