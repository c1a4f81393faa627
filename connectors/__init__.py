from connectors._load import kinds, load
from connectors._scanning import Scanned, scan

__all__ = ["Scanned", "kinds", "load", "scan"]
