from connectors._load import kinds, load

__all__ = ["kinds", "load"]
