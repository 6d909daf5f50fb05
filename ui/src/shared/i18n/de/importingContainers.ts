import type { Translation } from '../message';
import type { importingContainers as source } from '../en/importingContainers';

export const importingContainers: Translation<typeof source> = {
  'import.start.onepassword': '1Password',
  'import.start.onepassword.how':
    'Datei › Exportieren, als .1pux oder .csv; aus älteren Versionen .1pif oder der Tresor selbst (.opvault) als ZIP-Archiv',
  'import.format.onepassword_1pux': '1Password, 1PUX',
  'import.format.onepassword_json': '1Password, export.data',
  'import.format.onepassword_opvault': '1Password, OPVault',
  'import.format.onepassword_1pif': '1Password, 1PIF',
  'import.start.proton': 'Proton Pass',
  'import.start.proton.how':
    'Einstellungen › Export, als PGP (mit Passwort), ZIP (mit Dateien), JSON oder CSV',
  'import.start.enpass': 'Enpass',
  'import.start.enpass.how':
    'Datei › Exportieren, als .json oder .csv',
  'import.start.keeper': 'Keeper',
  'import.start.keeper.how':
    'Einstellungen › Exportieren, als .json oder .csv',
  'import.start.passman': 'Passman',
  'import.start.passman.how': 'Einstellungen › Zugangsdaten exportieren, als .json',
  'import.start.psono': 'Psono',
  'import.start.psono.how': 'Weiteres › Exportieren, als .json',
  'import.start.fpm': 'Figaro’s Password Manager',
  'import.start.fpm.how': 'Datei › Exportieren, als .xml',
  'import.start.pwsafe': 'Password Safe',
  'import.start.pwsafe.how': 'Datei › Exportieren nach › XML-Format',
  'import.start.kaspersky': 'Kaspersky Password Manager',
  'import.start.kaspersky.how': 'Einstellungen › Exportieren, als .txt',
  'import.start.keychain': 'macOS Keychain',
  'import.start.keychain.how': 'In einem Terminal: security dump-keychain -d, in eine .txt-Datei',
  'import.start.cxf': 'Credential exchange (CXF)',
  'import.start.cxf.how': 'Eine Datei im Format der FIDO-Allianz, als .json',
  'import.start.authenticators':
    'Aegis, 2FAS, andOTP, Ente Auth, FreeOTP, Google Authenticator, LastPass Authenticator, Proton Authenticator, Raivo, Steam, Stratum, WinAuth',
  'import.start.authenticators.how':
    'Die Sicherung des Authenticators, verschlüsselt oder nicht, oder ein Bild seines QR-Codes',
  'import.format.proton_zip': 'Proton Pass, ZIP mit Dateien',
  'import.format.proton_json': 'Proton Pass, JSON',
  'import.format.enpass_json': 'Enpass, JSON',
  'import.format.dashlane_json': 'Dashlane, JSON',
  'import.format.keeper_json': 'Keeper, JSON',
  'import.format.passman_json': 'Passman, JSON',
  'import.format.psono_json': 'Psono, JSON',
  'import.format.fpm_xml': 'Figaro’s Password Manager, XML',
  'import.format.pwsafe_xml': 'Password Safe, XML',
  'import.format.kaspersky_txt': 'Kaspersky Password Manager, TXT',
  'import.format.keychain_txt': 'macOS-Schlüsselbund, TXT',
  'import.format.cxf_json': 'Credential exchange (CXF)',
  'import.format.authenticators_json': 'Authenticator, JSON',
  'import.format.authenticators_txt': 'Authenticator, Adressen',
  'import.format.authenticators_xml': 'FreeOTP, XML',
  'import.format.authenticators_zip': 'WinAuth, ZIP',
  'import.format.authenticators_png': 'QR-Codes in einem Bild',
  'import.format.authenticators_backup': 'Authenticator, verschlüsselte Sicherung',
  'import.format.proton_pgp': 'Proton Pass, PGP mit Passwort',
};
