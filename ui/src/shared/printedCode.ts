/** Result of checking a printed code while it is typed, before any key is derived from it. */
export type CodeCheck =
  | { state: 'short'; missing: number }
  | { state: 'long' }
  | { state: 'letter'; letter: string }
  | { state: 'mistyped' }
  | { state: 'good' };

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const length = 28;
/** The Secret Key is printed on the Emergency Kit, the recovery code on its own page. */
export type CodeKind = 'secret-key' | 'recovery-code';

/** Normalizes a typed code: any case, any spacing, O for 0, I and L for 1, without the prefix `C1-` or `R1-`. */
export function codeCharacters(text: string, kind: CodeKind = 'secret-key'): string {
  const plain = text.toUpperCase().replace(/[\s\-–—_.]/g, '');
  const marked = kind === 'secret-key' ? /^C[1IL]/ : /^R[1IL]/;
  const body = marked.test(plain) ? plain.slice(2) : plain;
  return body.replaceAll('O', '0').replace(/[IL]/g, '1');
}

/** Checks a typed code: its letters, its length, and its 12 bits of checksum. */
export async function checkCode(text: string, kind: CodeKind = 'secret-key'): Promise<CodeCheck> {
  const body = codeCharacters(text, kind);
  for (const letter of body) {
    if (!alphabet.includes(letter)) return { state: 'letter', letter };
  }
  if (body.length < length) return { state: 'short', missing: length - body.length };
  if (body.length > length) return { state: 'long' };

  let bits = 0n;
  for (const letter of body) bits = (bits << 5n) | BigInt(alphabet.indexOf(letter));
  const key = new Uint8Array(16);
  for (let index = 0, rest = bits >> 12n; index < 16; index += 1, rest >>= 8n)
    key[15 - index] = Number(rest & 0xffn);

  // Without Web Crypto only the program checks the checksum, which it does in any case.
  if (!globalThis.crypto?.subtle) return { state: 'good' };

  // H(label, key) = SHA-256 of the CBOR array [text, bytes].
  const label = new TextEncoder().encode(`coffer/v1/${kind}`);
  const input = Uint8Array.from([0x82, 0x60 + label.length, ...label, 0x50, ...key]);
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', input));
  const expected = ((hash[0] ?? 0) << 4) | ((hash[1] ?? 0) >> 4);
  return Number(bits & 0xfffn) === expected ? { state: 'good' } : { state: 'mistyped' };
}
