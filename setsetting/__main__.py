"""Starts either face; the only file that knows both."""
