import { makeItem } from './data';
import type { FakeItem } from './model';

/** Returns an item of every type that the sample lacks. */
export function itemsOfEveryType(): FakeItem[] {
  const router = makeItem('Router', {
    type: 'server',
    values: {
      host: '192.168.1.1',
      port: '70000',
      username: 'admin',
      password: 'attic-lantern-9',
      provider: 'Home',
    },
    urls: ['https://192.168.1.1/', 'https://router.example/'],
    rules: ['exact', 'never'],
    expires: '2026-01-31',
    files: [['router-backup.cfg', 'text/plain', 18_000]],
  });
  const [backup] = router.attachments;
  const items = [
    router,
    makeItem('Build machine', {
      type: 'ssh_key',
      values: {
        private_key: '-----BEGIN OPENSSH PRIVATE KEY-----\nbm90IGEga2V5\n-----END OPENSSH PRIVATE KEY-----',
        public_key: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIG5vdCBhIGtleQ mara@desk',
        fingerprint: 'SHA256:bm90IGEgZmluZ2VycHJpbnQgYXQgYWxsIGJ1dCBsb25n',
      },
    }),
    makeItem('Maps API', {
      type: 'api_credential',
      values: { username: 'mara', api_key: 'key-0000', host: 'api.maps.example', api_type: 'Bearer' },
    }),
    makeItem('Forum', { type: 'passkey', passkeys: [['forum.example', 'mara']] }),
    makeItem('Game console', {
      type: 'one_time_code',
      values: {
        issuer: 'Games',
        username: 'mara',
        code: 'otpauth://totp/Games:mara?secret=JBSWY3DPEHPK3PXP',
      },
    }),
    makeItem('Attic', {
      type: 'wifi',
      values: {
        wifi_name: 'Attic',
        password: 'lantern under the roof',
        wifi_security: 'WPA3',
        wifi_hidden: 'true',
      },
    }),
    makeItem('Nordbank account', {
      type: 'bank_account',
      values: {
        bank_name: 'Nordbank',
        account_holder: 'Mara Lindqvist',
        iban: '00 0000',
        account_pin: '4711',
      },
      reprompt: true,
      expires: '2031-12-24',
    }),
    makeItem('Photo editor', {
      type: 'licence',
      values: { licence_key: 'AAAA-BBBB\nCCCC-DDDD', product_version: '7.1', licensed_to: 'Mara Lindqvist' },
    }),
    makeItem('Shop', {
      type: 'database',
      values: {
        database_type: 'PostgreSQL',
        host: 'db1',
        port: '5432',
        database_name: 'shop',
        username: 'app',
      },
    }),
    makeItem('Site of a customer', { type: 'login', values: { username: 'web' }, template: true }),
  ];
  const link = (title: string) => items.find((item) => item.title === title)?.id ?? '';
  router.fields.push(
    ...makeItem('', {
      custom: [
        ['Wireless network', 'link', link('Attic'), 'Network'],
        ['Settings', 'file', backup?.blob_id ?? '', 'Network'],
        ['Remote access', 'switch', 'false', 'Network'],
        ['Installed', 'date', '2025-03-08', 'Purchase'],
        ['Notes of the shop', 'lines', 'Two years of warranty.\nKeep the box.', 'Purchase'],
      ],
    }).fields.filter((field) => field.role === undefined),
  );
  return items;
}
