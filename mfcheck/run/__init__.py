"""A run: checks on their problems, cell by cell, from the first draw to the evidence."""
