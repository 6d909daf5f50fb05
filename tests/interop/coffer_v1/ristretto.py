"""The group ristretto255 (RFC 9496), and hashing into it (RFC 9380). Not in constant time: a reader for tests."""

import hashlib

from .primitives import PRIME
from .refused import Malformed

ORDER = 2**252 + 27742317777372353535851937790883648493
D = 37095705934669439343138083508754565189542113879843219016388785533085940283555
SQRT_M1 = 19681161376707505956807079304988542015446066515923890162744021073123829784752
SQRT_AD_MINUS_ONE = 25063068953384623474111414158702152701244531502492656460079210482610430750235
INVSQRT_A_MINUS_D = 54469307008909316920995813868745141605393597292927456921205312896311721017578
ONE_MINUS_D_SQ = (1 - D * D) % PRIME
D_MINUS_ONE_SQ = (D - 1) ** 2 % PRIME
SIZE = 32


def absolute(value):
    """The one of a value and its negative that is even."""
    value %= PRIME
    return PRIME - value if value & 1 else value


def square_root_of_ratio(u, v):
    """Whether u/v is a square, and the root of it or of it times a root of -1."""
    root = u * pow(v, 3, PRIME) * pow(u * pow(v, 7, PRIME), (PRIME - 5) // 8, PRIME) % PRIME
    check = v * root * root % PRIME
    correct, flipped = check == u % PRIME, check == -u % PRIME
    if flipped or check == -u * SQRT_M1 % PRIME:
        root = root * SQRT_M1 % PRIME
    return correct or flipped, absolute(root)


class Element:
    """An element, in extended coordinates of one of its points."""

    def __init__(self, x, y, z, t):
        self.x, self.y, self.z, self.t = x % PRIME, y % PRIME, z % PRIME, t % PRIME

    def __add__(self, other):
        a = (self.y - self.x) * (other.y - other.x)
        b = (self.y + self.x) * (other.y + other.x)
        c, d = 2 * D * self.t * other.t, 2 * self.z * other.z
        e, f, g, h = b - a, d - c, d + c, b + a
        return Element(e * f, g * h, f * g, e * h)

    def __rmul__(self, scalar):
        total, power = Element(0, 1, 1, 0), self
        while scalar:
            if scalar & 1:
                total += power
            power += power
            scalar >>= 1
        return total

    def encode(self):
        """Its only encoding."""
        u1, u2 = (self.z + self.y) * (self.z - self.y), self.x * self.y
        _, inverse = square_root_of_ratio(1, u1 * u2 * u2)
        den1, den2 = inverse * u1, inverse * u2
        z_inverse = den1 * den2 * self.t
        x, y, denominator = self.x, self.y, den2
        if self.t * z_inverse % PRIME & 1:
            x, y = self.y * SQRT_M1, self.x * SQRT_M1
            denominator = den1 * INVSQRT_A_MINUS_D
        if x * z_inverse % PRIME & 1:
            y = -y
        return absolute(denominator * (self.z - y)).to_bytes(SIZE, "little")


def decode(data):
    """The element of an encoding; the identity is refused, as OPAQUE requires."""
    s = int.from_bytes(data, "little")
    if len(data) != SIZE or s >= PRIME or s & 1 or s == 0:
        raise Malformed("not the encoding of an element")
    u1, u2 = 1 - s * s, 1 + s * s
    v = -D * u1 * u1 - u2 * u2
    is_square, inverse = square_root_of_ratio(1, v * u2 * u2)
    x = absolute(2 * s * inverse * u2)
    y = u1 * inverse * inverse * u2 * v % PRIME
    t = x * y % PRIME
    if not is_square or t & 1 or y == 0:
        raise Malformed("not the encoding of an element")
    return Element(x, y, 1, t)


def _map(data):
    t = int.from_bytes(data, "little") % 2**255
    r = SQRT_M1 * t * t % PRIME
    u, v = (r + 1) * ONE_MINUS_D_SQ, (-1 - r * D) * (r + D)
    is_square, s = square_root_of_ratio(u % PRIME, v % PRIME)
    c = -1 if is_square else r
    if not is_square:
        s = -absolute(s * t)
    n = c * (r - 1) * D_MINUS_ONE_SQ - v
    w0, w1, w2, w3 = 2 * s * v, n * SQRT_AD_MINUS_ONE, 1 - s * s, 1 + s * s
    return Element(w0 * w3, w2 * w1, w1 * w3, w0 * w2)


def expand_message(message, label, size=64):
    """expand_message_xmd with SHA-512; `size` is at most that of one block."""
    suffix = label + bytes([len(label)])
    first = hashlib.sha512(bytes(128) + message + size.to_bytes(2, "big") + b"\0" + suffix).digest()
    return hashlib.sha512(first + b"\1" + suffix).digest()[:size]


def hash_to_group(message, label):
    """The element that a message hashes to."""
    uniform = expand_message(message, label)
    return _map(uniform[:SIZE]) + _map(uniform[SIZE:])


def hash_to_scalar(message, label):
    """The scalar that a message hashes to."""
    return int.from_bytes(expand_message(message, label), "little") % ORDER


GENERATOR = decode(bytes.fromhex("e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76"))
