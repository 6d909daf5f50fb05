"""Documents: padded, cut into chunks, each sealed on its own."""

from blake3 import blake3
from Crypto.Cipher import ChaCha20_Poly1305

from . import cbor
from .primitives import H, aead_open, hkdf, labelled
from .refused import Contradiction, Malformed

CHUNK = 4_194_304
LARGEST = 2**40


def padme(size):
    """The padded size."""
    exponent = size.bit_length() - 1
    unit = 1 << exponent - exponent.bit_length()
    return -(-size // unit) * unit


class Layout:
    """How a document of a size is laid out."""

    def __init__(self, size):
        if not cbor.is_uint(size) or size > LARGEST:
            raise Malformed("larger than a document can be")
        self.size = size
        self.padded = padme(max(size, 4096))
        self.chunks = -(-self.padded // CHUNK)
        self.sealed = self.padded + 16 * self.chunks

    def chunk_size(self, index):
        """The length of a chunk before it is sealed."""
        return min(CHUNK, self.padded - index * CHUNK)


def chunk_hash(sealed):
    """The hash of a sealed chunk."""
    return blake3(sealed).digest()


def chunk_root(blob, hashes):
    """The hash over all chunks, which stands in the signed header."""
    return H("blob-root", blob, list(hashes))


def nonce(prefix, index, chunks):
    """The nonce of a chunk."""
    return prefix + index.to_bytes(4, "big") + bytes([index == chunks - 1])


def keys(blob, file_key):
    """The key of the chunks, and what their nonces begin with."""
    return hkdf(file_key, labelled("blob", blob, CHUNK)), hkdf(file_key, labelled("blob-nonce", blob), size=19)


def open_document(stream, blob, file_key, size, root=None):
    """Opens a document chunk by chunk; whether it is the signed one shows at the end."""
    layout = Layout(size)
    key, prefix = keys(blob, file_key)
    hashes, left = [], size
    for index in range(layout.chunks):
        sealed = stream.read(layout.chunk_size(index) + 16)
        hashes.append(chunk_hash(sealed))
        chunk = aead_open(key, nonce(prefix, index, layout.chunks), b"", sealed)
        if len(chunk) != layout.chunk_size(index) or any(chunk[left:]):
            raise Contradiction("a chunk of another length, or padding that is not zero")
        yield chunk[:left]
        left -= min(left, len(chunk))
    if stream.read(1):
        raise Contradiction("bytes after the last chunk")
    if root is not None and chunk_root(blob, hashes) != root:
        raise Contradiction("other chunks than the signed header names")


def seal_chunk(key, chunk_nonce, chunk):
    """Seals a chunk, to compare with one that the program sealed."""
    text, tag = ChaCha20_Poly1305.new(key=key, nonce=chunk_nonce).encrypt_and_digest(chunk)
    return text + tag
