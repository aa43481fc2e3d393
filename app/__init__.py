"""Malu: from the code on a bottle cap to the shop that sold it."""
