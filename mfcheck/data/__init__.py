"""The law of Z = (X, Y), and where laws come from: real images, a file of one's own, generators.

The names `digits`, `mnist` and `load` are the functions, not the modules they live in.
"""

from mfcheck.data.digits import digits
from mfcheck.data.law import DataLaw
from mfcheck.data.load import load
from mfcheck.data.mnist import mnist
from mfcheck.data.synthetic import clusters, sine, teacher, xor

__all__ = ["DataLaw", "clusters", "digits", "load", "mnist", "sine", "teacher", "xor"]
