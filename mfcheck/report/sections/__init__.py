"""The parts of the page, each from the evidence."""
