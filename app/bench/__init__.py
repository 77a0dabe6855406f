"""Measuring the program without a screen, and the made-up houses it is measured in."""
