"""Measuring what people see, in milliseconds, with the real widgets."""
