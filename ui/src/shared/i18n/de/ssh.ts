import type { Translation } from '../message';
import type { ssh as source } from '../en/ssh';

export const ssh: Translation<typeof source> = {
  'ssh.make': 'Schlüssel erzeugen',
  'ssh.file': 'Aus einer Datei …',
  'ssh.clipboard': 'Aus der Zwischenablage',
  'ssh.kind.ed25519': 'Ed25519 (empfohlen)',
  'ssh.kind.rsa4096': 'RSA, 4096 Bit',
  'ssh.kind.rsa3072': 'RSA, 3072 Bit',
  'ssh.kind.ecdsa_p256': 'ECDSA, P-256',
  'ssh.kind.ecdsa_p384': 'ECDSA, P-384',
  'ssh.kind.ecdsa_p521': 'ECDSA, P-521',
  'ssh.held': '{kind}: verschlüsselt aufbewahrt, wird mit diesem Formular gespeichert',
  'ssh.passphrase': 'Passphrase des Schlüssels',
  'ssh.passphrase.hint': 'Wird einmal gefragt. Danach schützt das Profil den Schlüssel.',
  'ssh.open': 'Schlüssel öffnen',
};
