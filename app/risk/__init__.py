"""Owns the question whether a claim is honest: observations, flags, block and allow lists, appeals."""
