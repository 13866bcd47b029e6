"""Pictures as SVG, on the page and in files."""
