"""One-time codes and links. They are derived from our key, so none is ever stored in clear.

A code is a keyed digest of what it is for, written in an alphabet that can be read out on the phone.
Deriving it lets an interrupted step send the same code again; only its digest is in the register.
"""

import hashlib
from datetime import timedelta

from dsar.ports import Vault

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0/O, 1/I/L, U: they are misread and misheard
LENGTH = 8  # 30^8, with five attempts
IDENTITY, DELIVERY = "identity", "delivery"
PASSPHRASE_CODES = 3  # 24 letters, 117 bits: who has the file may try as often as they like
LINK_LIFETIME = timedelta(days=14)  # POLICY: long enough for a holiday, short enough to be short-lived


def code_for(vault: Vault, purpose: str, case_id: str, number: int) -> str:
    """Return the code number `number` of a case for a purpose, without a hyphen."""
    left = int(vault.fingerprint(f"code:{purpose}", f"{case_id}:{number}"), 16)
    letters = []
    for _ in range(LENGTH):
        left, rest = divmod(left, len(ALPHABET))
        letters.append(ALPHABET[rest])
    return "".join(letters)


def shown(code: str) -> str:
    """Return the code as it stands in a letter."""
    return f"{code[: LENGTH // 2]}-{code[LENGTH // 2 :]}"


def digest_of(vault: Vault, purpose: str, case_id: str, typed: str) -> str:
    """Return what the register compares: case, spaces and hyphens do not matter."""
    plain = "".join(c for c in typed.upper() if c.isalnum())
    return vault.fingerprint(f"challenge:{purpose}", f"{case_id}:{plain}")


def link_token(vault: Vault, case_id: str, number: int) -> str:
    """Return the secret part of a delivery link."""
    return vault.fingerprint("delivery-link", f"{case_id}:{number}")


def token_digest(token: str) -> str:
    """Return what the register keeps of a delivery link: it cannot be turned back into the link."""
    return hashlib.sha256(token.encode()).hexdigest()


def passphrase_for(vault: Vault, case_id: str, number: int) -> str:
    """Return the passphrase of a case's answer, as it is told: in groups, each of which can be read out."""
    codes = (code_for(vault, f"passphrase:{part}", case_id, number) for part in range(PASSPHRASE_CODES))
    return "-".join(shown(code) for code in codes)
