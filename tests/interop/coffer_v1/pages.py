"""The database file: pages of SQLCipher 4 under a raw key, opened into memory with nothing but AES and HMAC.

The file and its write-ahead log are only read. What comes out is a plain SQLite database.
"""

import hashlib
import hmac
import sqlite3

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from .refused import Malformed, NotOpened

PAGE = 4096
RESERVE = 80  # 16 of the initialisation vector, 64 of the HMAC
SALT = 16
MAGIC = b"SQLite format 3\0"
WAL_HEADER = 32
FRAME_HEADER = 24


def open_database(path, key):
    """Opens a database file as an SQLite connection in memory."""
    data = path.read_bytes()
    log_path = path.with_name(path.name + "-wal")
    log = log_path.read_bytes() if log_path.exists() else b""
    pages = dict(enumerate((data[at : at + PAGE] for at in range(0, len(data), PAGE)), 1))
    pages, count = _with_log(pages, log)
    if not pages or len(pages[1]) < PAGE:
        raise Malformed("a database without its first page")
    mac_key = _mac_key(key, pages[1][:SALT])
    plain = bytearray(b"".join(_page(pages.get(number, b""), number, key, mac_key) for number in range(1, count + 1)))
    # A database in memory has no write-ahead log.
    plain[18:20] = b"\1\1"
    database = sqlite3.connect(":memory:")
    database.deserialize(bytes(plain))
    return database


def _mac_key(key, salt):
    salt = bytes(byte ^ 0x3A for byte in salt)
    return hashlib.pbkdf2_hmac("sha512", key, salt, 2, 32)


def _page(page, number, key, mac_key):
    if len(page) != PAGE:
        raise Malformed(f"page {number} is missing or cut off")
    start = SALT if number == 1 else 0
    end = PAGE - RESERVE
    sealed, vector, mac = page[start:end], page[end : end + 16], page[end + 16 :]
    expected = hmac.digest(mac_key, sealed + vector + number.to_bytes(4, "little"), "sha512")
    if not hmac.compare_digest(mac, expected):
        raise NotOpened(f"page {number} of the database was changed, or the key is another one")
    decryptor = Cipher(algorithms.AES(key), modes.CBC(vector)).decryptor()
    return (MAGIC if number == 1 else b"") + decryptor.update(sealed) + decryptor.finalize() + bytes(RESERVE)


def _with_log(pages, log):
    """Lays the committed frames of a write-ahead log over the pages; answers with the number of pages, too."""
    count = len(pages)
    if len(log) < WAL_HEADER:
        return pages, count
    order = {0x377F0682: "little", 0x377F0683: "big"}.get(int.from_bytes(log[:4], "big"))
    sums = _checksum(log[:24], order, (0, 0)) if order else None
    if sums is None or sums != _words(log[24:32]) or int.from_bytes(log[8:12], "big") != PAGE:
        return pages, count
    pending, committed = {}, dict(pages)
    for at in range(WAL_HEADER, len(log) - FRAME_HEADER - PAGE + 1, FRAME_HEADER + PAGE):
        header, page = log[at : at + FRAME_HEADER], log[at + FRAME_HEADER : at + FRAME_HEADER + PAGE]
        sums = _checksum(header[:8] + page, order, sums)
        if header[8:16] != log[16:24] or sums != _words(header[16:24]):
            break
        number, size = _words(header[:8])
        pending[number] = page
        if size:
            committed |= pending
            pending, count = {}, size
    return committed, count


def _words(data):
    return int.from_bytes(data[:4], "big"), int.from_bytes(data[4:8], "big")


def _checksum(data, order, start):
    one, two = start
    for at in range(0, len(data), 8):
        one = one + int.from_bytes(data[at : at + 4], order) + two & 0xFFFFFFFF
        two = two + int.from_bytes(data[at + 4 : at + 8], order) + one & 0xFFFFFFFF
    return one, two
