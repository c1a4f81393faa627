"""Amounts of money: whole numbers of the smallest unit, and the code of a currency (ISO 4217)."""

_NO_MINOR = frozenset({"CLP", "ISK", "JPY", "KRW", "PYG", "UGX", "VND", "XAF", "XOF", "XPF"})
_THREE = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})


def spelled(minor: int, currency: str) -> str:
    """Write an amount for a letter: `18.40 GBP`, `500 JPY`."""
    places = 0 if currency in _NO_MINOR else 3 if currency in _THREE else 2
    whole, part = divmod(minor, 10**places)
    return f"{whole}.{part:0{places}} {currency}" if places else f"{whole} {currency}"
