"""Formulas as MathML, from the LaTeX of statements."""
