"""Checks the golden vectors with a reader written from docs/formats/v1.md alone.

Needs the packages cryptography, pycryptodome and argon2-cffi. Run it from the root of the repository:
python tests/interop/read_v1.py
"""

import hashlib
import hmac
import json
import pathlib
import sys
import unicodedata

from argon2.low_level import Type, hash_secret_raw
from Crypto.Cipher import ChaCha20_Poly1305
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CHUNK = 4194304


def head(major, number):
    for info, size in ((None, 0), (24, 1), (25, 2), (26, 4), (27, 8)):
        if info is None and number < 24:
            return bytes([major << 5 | number])
        if info is not None and number < 1 << 8 * size:
            return bytes([major << 5 | info]) + number.to_bytes(size, "big")
    raise ValueError("too large")


def encode(value):
    if value is None:
        return b"\xf6"
    if isinstance(value, bool):
        return b"\xf5" if value else b"\xf4"
    if isinstance(value, int):
        return head(0, value)
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, str):
        return head(3, len(value.encode())) + value.encode()
    return head(4, len(value)) + b"".join(encode(item) for item in value)


def decode(data):
    """Reads one item; gives it and the bytes after it."""
    major, info, data = data[0] >> 5, data[0] & 31, data[1:]
    if major == 7:
        return {20: False, 21: True, 22: None}[info], data
    size = {24: 1, 25: 2, 26: 4, 27: 8}.get(info, 0)
    number = int.from_bytes(data[:size], "big") if size else info
    data = data[size:]
    if major == 0:
        return number, data
    if major in (2, 3):
        value, data = data[:number], data[number:]
        return (value if major == 2 else value.decode()), data
    assert major == 4
    items = []
    for _ in range(number):
        item, data = decode(data)
        items.append(item)
    return items, data


def read(data):
    value, rest = decode(data)
    assert not rest and encode(value) == data
    return value


def labelled(label, *parts):
    return encode(["coffer/v1/" + label, *parts])


def sha(data):
    return hashlib.sha256(data).digest()


def H(label, *parts):
    return sha(labelled(label, *parts))


def hkdf(ikm, info, salt=b"", size=32):
    key = hmac.new(salt or bytes(32), ikm, "sha256").digest()
    block, out = b"", b""
    while len(out) < size:
        block = hmac.new(key, block + info + bytes([len(out) // 32 + 1]), "sha256").digest()
        out += block
    return out[:size]


def aead_open(key, nonce, context, sealed):
    cipher = ChaCha20_Poly1305.new(key=key, nonce=nonce)
    cipher.update(context)
    return cipher.decrypt_and_verify(sealed[:-16], sealed[-16:])


def unseal(key, context, sealed):
    nonce = sealed[1:25]
    okm = hkdf(key, labelled("seal", sha(context)), nonce, 64)
    assert sealed[0] == 1 and sealed[25:57] == okm[32:]
    return aead_open(okm[:32], nonce, context, sealed[57:])


def unpad(padded):
    payload = padded.rstrip(b"\0")
    assert payload[-1] == 0x80
    size = 1024
    while size < len(payload):
        size *= 2
    assert len(padded) == size
    return payload[:-1]


def verified(public, signature, message):
    Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    return True


def public(seed):
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def secret_key_text(key):
    bits = int.from_bytes(key, "big") << 12 | int.from_bytes(H("secret-key", key)[:2], "big") >> 4
    text = "".join(ALPHABET[bits >> 5 * at & 31] for at in reversed(range(28)))
    return "-".join(["C1"] + [text[at : at + 4] for at in range(0, 28, 4)])


def stretched(password, secret_key, salt, m, t, p):
    text = unicodedata.normalize("NFKC", password).encode()
    return hash_secret_raw(text, salt, t, m, p, 32, Type.ID, 0x13) + secret_key


def signed_certificate(data):
    certificate, by_root, by_key = read(data)
    version, account, root, generation, sign, kem, _compromised, _made_at = read(certificate)
    assert version == 1 and account == H("account", root)[:16] and len(kem) == 1216
    assert verified(root, by_root, labelled("identity", certificate))
    assert verified(sign, by_key, labelled("identity-pop", certificate))
    return account, generation, sign, certificate


def founding(record, signature):
    version, vault, prev, base_seq, base_root, author, generation, _made_at, ops = read(record)
    (genesis, nonce), (add, certificate, role, accept), (epoch, number, commitment, back) = ops
    assert (version, prev, base_seq, base_root) == (1, bytes(32), 0, H("log", vault))
    assert (genesis, add, role, accept, epoch, number, back) == (1, 4, 1, None, 8, 1, b"")
    account, certified, sign, _ = signed_certificate(certificate)
    assert (account, certified) == (author, generation) and vault == H("vault", author, nonce)[:16]
    assert verified(sign, signature, labelled("roster", sha(record)))
    return vault, author, commitment, H("roster-entry", record), sign


def padme(size):
    exponent = size.bit_length() - 1
    unit = 1 << exponent - exponent.bit_length()
    return -(-size // unit) * unit


def check_secret_key(i, e):
    assert secret_key_text(i["key"]) == e["text"]


def check_argon2id(i, e):
    costs = (i["memory_kib"], i["passes"], i["lanes"])
    joined = stretched(i["password"], i["secret_key"], i["salt"], *costs)
    assert hkdf(joined, labelled("slot/password", *costs), i["profile_id"]) == e["slot_key"]
    assert hkdf(joined, labelled("root-local"), i["profile_id"]) == e["root_box_key"]


def check_keys(i, e):
    for name, label in (("database", "db"), ("local", "local"), ("header", "header"), ("keyset_local", "keyset-local")):
        assert hkdf(i["root_key"], labelled(label)) == e[name]


def check_local_vault_key(i, e):
    context = labelled("local/vault-key", i["vault_id"], i["epoch"])
    assert unseal(i["local_key"], context, e["sealed"]) == i["vault_key"]
    assert H("vault-key", i["vault_id"], i["epoch"], i["vault_key"]) == e["commitment"]


def check_local_secret_key(i, e):
    assert unseal(i["local_key"], labelled("local/secret-key", i["profile_id"]), e["sealed"]) == i["secret_key"]


def check_local_draft(i, e):
    assert unseal(i["local_key"], labelled("local/draft", i["profile_id"], i["name"]), e["sealed"]) == i["draft"]


def check_padding(i, e):
    assert unpad(e["padded"]) == i["payload"]


def check_header(i, e):
    magic, number, body, mac = read(e["file"])
    profile, version, ((slot, kind, (salt, *costs), sealed),) = read(body)
    assert (magic, number, kind, profile, version) == ("coffer profile", 0, 1, i["profile_id"], i["version"])
    joined = stretched(i["password"], i["secret_key"], salt, *costs)
    key = hkdf(joined, labelled("slot/password", *costs), profile)
    root_key = unseal(key, labelled("slot", profile, slot, kind), sealed)
    assert root_key == i["root_key"]
    assert hmac.digest(hkdf(root_key, labelled("header")), labelled("header", number, body), "sha256") == mac


def check_account(i, e):
    account, generation, sign, certificate = signed_certificate(e["signed_certificate"])
    assert (account, certificate, sha(certificate)) == (e["account_id"], e["certificate"], e["certificate_hash"])
    assert sign == public(i["sign_seed"]) and account == H("account", public(i["root_seed"]))[:16]
    keyset = unseal(hkdf(i["root_key"], labelled("keyset-local")), labelled("keyset", account), e["keyset_box"])
    home = i["home_vault"], i["home_genesis"]
    assert read(keyset) == [1, generation, i["sign_seed"], i["kem_seed"], None, *home]
    joined = stretched(i["password"], i["secret_key"], i["salt"], i["memory_kib"], i["passes"], i["lanes"])
    box_key = hkdf(joined, labelled("root-local"), i["profile_id"])
    assert read(unseal(box_key, labelled("root", account), e["root_box"])) == [1, i["root_seed"]]


def check_founding(i, e):
    vault, _, commitment, genesis, _ = founding(e["record"], e["signature"])
    assert (vault, genesis) == (e["vault_id"], e["genesis_hash"])
    assert commitment == H("vault-key", vault, 1, e["key"])
    assert e["root_0"] == H("log", vault) and e["root_1"] == H("log-node", e["root_0"], 1, genesis)


def check_revision(i, e):
    parts = read(e["header"])
    kind = {"put": 1, "tombstone": 2}[i["kind"]]
    blobs = [[blob["blob_id"], blob["ct_size"], blob["ct_root"]] for blob in i["blobs"]]
    ids = [1, i["vault_id"], i["item_id"], kind, i["parent"], i["author"], 1, i["epoch"]]
    assert parts == [*ids, i["base_seq"], i["base_root"], blobs]
    body_hash = sha(e["body"])
    assert verified(public(i["sign_seed"]), e["signature"], labelled("revision", sha(e["header"]), body_hash))
    assert H("rev", e["header"], body_hash) == e["hash"]
    assert unpad(unseal(i["vault_key"], labelled("item", e["header"]), e["body"])) == i["payload"]


def check_blob(i, e):
    padded = padme(max(i["size"], 4096))
    document = (bytes(range(251)) * (i["size"] // 251 + 1))[: i["size"]].ljust(padded, b"\0")
    chunks = [document[at : at + CHUNK] for at in range(0, padded, CHUNK)]
    assert (padded, padded + 16 * len(chunks)) == (e["padded"], e["sealed"])
    key = hkdf(i["file_key"], labelled("blob", i["blob_id"], CHUNK))
    prefix = hkdf(i["file_key"], labelled("blob-nonce", i["blob_id"]), size=19)
    for number, chunk in enumerate(chunks):
        nonce = prefix + number.to_bytes(4, "big") + bytes([number == len(chunks) - 1])
        text, tag = ChaCha20_Poly1305.new(key=key, nonce=nonce).encrypt_and_digest(chunk)
        assert sha(text + tag) == e["chunk_hashes"][number] and (text + tag)[:32] == e["first_bytes"][number]
    assert H("blob-root", i["blob_id"], e["chunk_hashes"]) == e["ct_root"]


def of_hex(value):
    """Turns hexadecimal texts into bytes, at any depth, and leaves all else."""
    if isinstance(value, dict):
        texts = ("password", "text", "kind")
        return {name: part if name in texts else of_hex(part) for name, part in value.items()}
    if isinstance(value, list):
        return [of_hex(part) for part in value]
    return bytes.fromhex(value) if isinstance(value, str) else value


def main():
    root = pathlib.Path(__file__).resolve().parents[2]
    checked = 0
    for path in sorted((root / "crates/vault-crypto/testdata/v1/valid").glob("*.json")):
        vector = json.loads(path.read_text())
        if vector["format"] == "x-wing":  # published elsewhere; no Python package reads it
            continue
        try:
            globals()["check_" + vector["format"].replace("-", "_")](of_hex(vector["inputs"]), of_hex(vector["expected"]))
        except Exception as error:
            sys.exit(f"{path.name}: {error!r}")
        checked += 1
    print(f"{checked} vectors agree with docs/formats/v1.md")


if __name__ == "__main__":
    main()
