"""What lies beside a letter in a file that only its receiver can open: age (age-encryption.org/v1)."""

import pyrage

from dsar.errors import ContractError


def sealed(text: str, key: str) -> bytes:
    """Seal a short text to an age public key.

    Raises:
        ContractError: `key_malformed`.
    """
    try:
        recipient = pyrage.x25519.Recipient.from_str(key)
    except pyrage.RecipientError:
        raise ContractError("letters", "key_malformed") from None
    return bytes(pyrage.encrypt(text.encode(), [recipient]))
