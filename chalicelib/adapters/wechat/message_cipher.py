"""WeChat's encryption of messages and replies in safe mode.

Source: developers.weixin.qq.com, message encryption. AES-256 in CBC mode with the account's EncodingAESKey, whose first
16 bytes are the initialization vector, of: 16 random bytes, the message's length in 4 bytes, the message, the app id,
and padding as in PKCS #7 but to 32 bytes. The cipher authenticates nothing: check `msg_signature` first.
"""

import base64
import secrets

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

RANDOM, LENGTH, BLOCK = 16, 4, 32


class MessageCipher:
    def __init__(self, aes_key: str, app_id: str) -> None:
        key = base64.b64decode(aes_key + "=")
        self._cipher, self._app_id = Cipher(algorithms.AES(key), modes.CBC(key[:16])), app_id.encode()

    def encrypt(self, message: str) -> str:
        content = message.encode()
        random = secrets.token_urlsafe(RANDOM * 3 // 4).encode()
        plain = random + len(content).to_bytes(LENGTH, "big") + content + self._app_id
        padding = BLOCK - len(plain) % BLOCK
        encryptor = self._cipher.encryptor()
        encrypted = encryptor.update(plain + bytes([padding]) * padding) + encryptor.finalize()
        return base64.b64encode(encrypted).decode()

    def decrypt(self, encrypted: str) -> bytes:
        """Raises ValueError for anything but a message for this account."""
        decryptor = self._cipher.decryptor()
        plain = decryptor.update(base64.b64decode(encrypted)) + decryptor.finalize()
        if not plain:
            raise ValueError("empty")
        start = RANDOM + LENGTH
        end = start + int.from_bytes(plain[RANDOM:start], "big")
        if plain[end : -plain[-1]] != self._app_id:
            raise ValueError("not for this account")
        return plain[start:end]
