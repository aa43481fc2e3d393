"""Load, races and chaos: what must hold afterwards, whatever happened meanwhile."""
