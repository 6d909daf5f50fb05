import type { FieldKindView, ItemTypeView, UrlMatchView } from '../types';
import { hex, templates, type FakeItem } from './model';

/** A fixed time, so that screenshots stay the same: 2026-11-20 09:30 UTC. */
export const now = Date.UTC(2026, 10, 20, 9, 30);
const day = 86_400_000;

/** Content of a sample item. */
export interface Seed {
  type?: ItemTypeView;
  values?: Record<string, string>;
  custom?: [label: string, kind: FieldKindView, value: string, section?: string][];
  urls?: string[];
  notes?: string;
  tags?: string[];
  folder?: string;
  favourite?: boolean;
  archived?: boolean;
  trashed?: boolean;
  age?: number;
  files?: [name: string, media: string, size: number, mismatch?: boolean][];
  twice?: boolean;
  past?: string[];
  rules?: UrlMatchView[];
  expires?: string;
  reprompt?: boolean;
  template?: boolean;
  passkeys?: [site: string, user: string][];
}

/** Builds a sample item. */
export function makeItem(title: string, seed: Seed): FakeItem {
  const type = seed.type ?? 'login';
  const modified = now - (seed.age ?? 30) * day;
  const item: FakeItem = {
    id: hex(32),
    type,
    title,
    fields: templates[type].map(([role, kind]) => ({
      id: hex(16),
      role,
      label: '',
      kind,
      value: seed.values?.[role] ?? '',
      past:
        role === 'password'
          ? (seed.past ?? []).map((value, index) => ({ value, replaced_at: modified - index * 200 * day }))
          : [],
    })),
    urls: seed.urls ?? [],
    url_rules: seed.rules ?? [],
    passkeys: (seed.passkeys ?? []).map(([site, user_name]) => ({
      id: hex(32),
      site,
      site_name: '',
      user_name,
      display_name: '',
      created_at: modified,
      discoverable: true,
      looks_wrong: false,
    })),
    ...(seed.expires ? { expires: seed.expires } : {}),
    reprompt: seed.reprompt ?? false,
    template: seed.template ?? false,
    notes: seed.notes ?? '',
    tags: seed.tags ?? [],
    ...(seed.folder ? { folder: seed.folder } : {}),
    favourite: seed.favourite ?? false,
    archived: seed.archived ?? false,
    ...(seed.trashed ? { trashed_at: now - 2 * day } : {}),
    created_at: modified - 400 * day,
    modified_at: modified,
    device: 'Laptop',
    earlier: [],
    attachments: (seed.files ?? []).map(([name, media_type, size, mismatch]) => ({
      blob_id: hex(32),
      name,
      media_type,
      type_mismatch: mismatch ?? false,
      size,
      added_at: modified,
    })),
    superseded: seed.twice ? [{ label: 'password', at: now - day }] : [],
    revision: hex(64),
    past: [],
    changes: ['created'],
  };
  for (const [label, kind, value, section] of seed.custom ?? []) {
    item.fields.push({ id: hex(16), label, kind, value, past: [], ...(section ? { section } : {}) });
  }
  if (seed.past?.length) {
    const { past: _past, ...rest } = item;
    const first = structuredClone(rest);
    const password = first.fields.find(({ role }) => role === 'password');
    if (password) password.value = seed.past[0] ?? '';
    first.tags = first.tags.slice(1);
    item.past = [
      {
        item: { ...first, past: [], revision: hex(64), modified_at: modified - 200 * day },
        changes: ['created'],
      },
    ];
    item.changes = ['field:password', 'tags'];
  }
  return item;
}

const code = (issuer: string, account: string, more = '') =>
  `otpauth://totp/${encodeURIComponent(issuer)}:${encodeURIComponent(account)}?secret=JBSWY3DPEHPK3PXP&issuer=${encodeURIComponent(issuer)}${more}`;
const login = (username: string, password: string, otp = '') => ({ username, password, code: otp });

/** Returns a realistic vault. */
export function sampleItems(): FakeItem[] {
  return [
    makeItem('Fastmail', {
      values: login('mara.lindqvist@fastmail.example', 'tidal-Ember9-quartz-noon', code('Fastmail', 'mara')),
      urls: ['https://app.fastmail.example/login', 'https://fastmail.example'],
      tags: ['mail', 'personal'],
      folder: 'Personal',
      favourite: true,
      age: 12,
      past: ['harbour-lantern-71', 'Sommer2019!'],
      notes: 'Recovery phone is the old number ending in 88.\nApp passwords are listed under Privacy.',
      custom: [
        ['Recovery address', 'email', 'lindqvist.family@post.example', 'Recovery'],
        ['Security question', 'concealed', 'the green bicycle', 'Recovery'],
        ['Member since', 'date', '2014-03-02'],
      ],
      files: [['recovery-codes.pdf', 'application/pdf', 48_213]],
    }),
    makeItem('GitHub', {
      values: login('maralind', 'xK4#vnQ8!pZr2Lw', code('GitHub', 'maralind')),
      urls: ['https://github.com/login'],
      tags: ['work', 'development'],
      folder: 'Work/Development',
      favourite: true,
      age: 3,
      custom: [['Personal access token', 'concealed', 'ghp_r4nd0mT0kenForTheFakeBackend', 'Automation']],
    }),
    makeItem('Nordbank', {
      values: login('88213345', 'Elster-Kanal-42-Mohn', code('Nordbank', '88213345', '&digits=8')),
      urls: ['https://banking.nordbank.example'],
      tags: ['finance'],
      folder: 'Finance',
      favourite: true,
      age: 41,
      twice: true,
    }),
    makeItem('Amazon', {
      values: login('mara.lindqvist@fastmail.example', 'q8Yp!3nVtz'),
      urls: ['https://amazon.example'],
      tags: ['shopping'],
      folder: 'Personal',
      age: 88,
    }),
    makeItem('Aurora Airlines', {
      values: login('AU-7719302', 'Wolke7wolke7'),
      urls: ['https://aurora-air.example'],
      tags: ['travel'],
      folder: 'Travel',
      age: 210,
    }),
    makeItem('Bandcamp', {
      values: login('maralind', 'k-LLd92vv'),
      urls: ['https://bandcamp.example'],
      tags: ['music'],
      age: 320,
    }),
    makeItem('City library', {
      values: login('00471923', '4711'),
      urls: ['https://bibliothek.example'],
      tags: ['personal'],
      age: 600,
    }),
    makeItem('Cloud console', {
      values: login('ops@lindqvist.example', 'v9X…', code('Cloud', 'ops')),
      urls: ['https://console.cloud.example'],
      tags: ['work'],
      folder: 'Work/Servers',
      age: 5,
    }),
    makeItem('DHL', {
      values: login('mara.lindqvist@fastmail.example', 'Packstation#1'),
      urls: ['https://dhl.example'],
      tags: ['shopping'],
      age: 130,
    }),
    makeItem('Discord', {
      values: login('maralind', 'p1xel-Nebel', code('Discord', 'maralind')),
      urls: ['https://discord.example'],
      age: 77,
    }),
    makeItem('Docker Hub', {
      values: login('maralind', 'w4le&container'),
      urls: ['https://hub.docker.example'],
      tags: ['development', 'work'],
      folder: 'Work/Development',
      age: 64,
    }),
    makeItem('Electricity', {
      values: login('KD-118822', 'Strom!2024'),
      urls: ['https://stadtwerke.example'],
      tags: ['home'],
      folder: 'Home',
      age: 150,
    }),
    makeItem('Figma', {
      values: login('mara@studio.example', 'vector-Fox-11'),
      urls: ['https://figma.example'],
      tags: ['work'],
      folder: 'Work',
      age: 19,
    }),
    makeItem('Health insurance', {
      values: login('A123456780', 'gesund&munter', code('AOK', 'A123456780')),
      urls: ['https://kasse.example'],
      tags: ['health'],
      folder: 'Personal',
      age: 33,
    }),
    makeItem('Home router', {
      values: login('admin', 'fritz-orange-4'),
      urls: ['http://192.168.178.1'],
      tags: ['home'],
      folder: 'Home',
      notes: 'Guest network is off since May.',
      age: 240,
    }),
    makeItem('Hetzner', {
      values: login('K0123456', 'robot-Wald-88', code('Hetzner', 'K0123456')),
      urls: ['https://robot.hetzner.example'],
      tags: ['work'],
      folder: 'Work/Servers',
      age: 9,
    }),
    makeItem('Jitsi account', {
      values: login('mara', 'meet!meet'),
      urls: ['https://meet.example'],
      age: 400,
    }),
    makeItem('Kita portal', {
      values: login('lindqvist', 'Sonnenblume3'),
      urls: ['https://kita.example'],
      tags: ['family'],
      folder: 'Family',
      age: 25,
    }),
    makeItem('Lieferdienst', {
      values: login('mara.lindqvist@fastmail.example', 'Pizza!Pizza'),
      urls: ['https://essen.example'],
      age: 90,
    }),
    makeItem('Mastodon', {
      values: login('@mara@chaos.example', 'Rüssel-tier-9', code('Mastodon', 'mara')),
      urls: ['https://chaos.example'],
      tags: ['personal'],
      age: 52,
    }),
    makeItem('Netflix', {
      values: login('family@lindqvist.example', 'Serien-Abend-7'),
      urls: ['https://netflix.example'],
      tags: ['family'],
      folder: 'Family',
      age: 111,
    }),
    makeItem('Online shop admin', {
      values: login('mara', 'Laden#Kasse9', code('Shop', 'mara')),
      urls: ['https://shop.example/admin'],
      tags: ['work'],
      folder: 'Work',
      age: 2,
    }),
    makeItem('Pension portal', {
      values: login('65 170839 L 043', 'rente-Spaeter-1'),
      urls: ['https://rente.example'],
      tags: ['finance'],
      folder: 'Finance',
      age: 700,
    }),
    makeItem('Railway', {
      values: login('mara.lindqvist@fastmail.example', 'ICE-1st-Klasse'),
      urls: ['https://bahn.example'],
      tags: ['travel'],
      folder: 'Travel',
      age: 14,
    }),
    makeItem('Server: backup', {
      values: login('root', 'long-Copper-Lake-Wind'),
      urls: ['https://backup.lindqvist.example'],
      tags: ['work'],
      folder: 'Work/Servers',
      age: 6,
    }),
    makeItem('Tax office', {
      values: login('mara_lindqvist', 'Elster2025!', ''),
      urls: ['https://elster.example'],
      tags: ['finance'],
      folder: 'Finance',
      age: 170,
      files: [['certificate.pfx', 'application/x-pkcs12', 5_120]],
    }),
    makeItem('University alumni', {
      values: login('s0554321', 'Mensa-Freitag'),
      urls: ['https://alumni.example'],
      archived: true,
      age: 900,
    }),
    makeItem('Old forum', {
      values: login('mara99', 'forum'),
      urls: ['http://forum.example'],
      archived: true,
      age: 1400,
    }),
    makeItem('Visa credit card', {
      type: 'card',
      values: {
        card_holder: 'Mara Lindqvist',
        card_number: '4539148803436467',
        card_expiry: '2029-08',
        card_verification: '337',
        card_pin: '9021',
        card_brand: 'Visa',
      },
      tags: ['finance'],
      folder: 'Finance',
      favourite: true,
      age: 60,
    }),
    makeItem('Debit card', {
      type: 'card',
      values: {
        card_holder: 'Mara Lindqvist',
        card_number: '6759649826438453',
        card_expiry: '2027-01',
        card_verification: '',
        card_pin: '4410',
        card_brand: 'Maestro',
      },
      tags: ['finance'],
      folder: 'Finance',
      age: 300,
    }),
    makeItem('Mara Lindqvist', {
      type: 'identity',
      values: {
        salutation: 'Ms',
        first_name: 'Mara',
        last_name: 'Lindqvist',
        email: 'mara.lindqvist@fastmail.example',
        phone: '+49 30 5550 0192',
        company: 'Studio Lindqvist',
        street: 'Uferstraße 14\nHinterhaus',
        city: 'Berlin',
        postal_code: '13357',
        country: 'Germany',
        birth_date: '1987-06-21',
        national_id: 'L01X00T47',
        passport: 'C01X0006H',
      },
      tags: ['personal'],
      folder: 'Personal',
      age: 95,
    }),
    makeItem('Jonas Lindqvist', {
      type: 'identity',
      values: {
        first_name: 'Jonas',
        last_name: 'Lindqvist',
        email: 'jonas@lindqvist.example',
        phone: '+49 30 5550 0193',
        city: 'Berlin',
        postal_code: '13357',
        country: 'Germany',
        birth_date: '2016-02-11',
      },
      tags: ['family'],
      folder: 'Family',
      age: 96,
    }),
    makeItem('Wi-Fi at the cabin', {
      type: 'note',
      notes:
        'Network: Skogsbo\nPassword is on the beam above the door.\nThe router is in the wood shed; switch it off when leaving.',
      tags: ['home', 'travel'],
      folder: 'Home',
      age: 70,
    }),
    makeItem('Alarm system', {
      type: 'note',
      notes: 'Arm: 7-2-9-1 then A\nDisarm: 7-2-9-1\nDuress: 7-2-9-9',
      tags: ['home'],
      folder: 'Home',
      age: 500,
    }),
    makeItem('Books to read', { type: 'note', notes: 'The Dispossessed\nPiranesi\nDie Wand', age: 8 }),
    makeItem('Rental contract', {
      type: 'document',
      tags: ['home'],
      folder: 'Home',
      age: 420,
      files: [['Rental contract 2025.pdf', 'application/pdf', 1_843_200]],
    }),
    makeItem('Passport scan', {
      type: 'document',
      tags: ['personal', 'travel'],
      folder: 'Personal',
      age: 95,
      files: [['passport.jpg', 'image/jpeg', 3_402_118]],
    }),
    makeItem('Tax return 2025', {
      type: 'document',
      tags: ['finance'],
      folder: 'Finance',
      age: 170,
      files: [['tax-return-2025.pdf', 'application/pdf', 812_400]],
    }),
    makeItem('Photo archive 2019', {
      type: 'document',
      tags: ['family'],
      folder: 'Family',
      age: 800,
      files: [['photos-2019.zip', 'application/zip', 4_812_993_331]],
    }),
    makeItem('Birth certificate', {
      type: 'document',
      tags: ['family'],
      folder: 'Family',
      age: 900,
      files: [['birth-certificate.doc', 'application/pdf', 220_113, true]],
    }),
    makeItem('Old bank', {
      values: login('4411', 'alt'),
      urls: ['https://alt.example'],
      trashed: true,
      age: 12,
    }),
    makeItem('Test account', { values: login('test', 'test'), trashed: true, age: 3 }),
    makeItem('Draft of a letter', { type: 'note', notes: 'Dear …', trashed: true, age: 7 }),
  ];
}

/** Returns many plain logins, for long lists. */
export function manyItems(count: number): FakeItem[] {
  return Array.from({ length: count }, (_, index) =>
    makeItem(`Account ${String(index + 1).padStart(6, '0')}`, {
      values: login(`user${index + 1}@mail.example`, 'x'),
      age: index % 900,
    }),
  );
}

/** Returns items with hostile text, such as markup; it must stay text. */
export function hostileItems(): FakeItem[] {
  return [
    makeItem('<img src=x onerror="window.harmed=1">', {
      values: login('<script>window.harmed=2</script>', '"><svg onload=window.harmed=3>'),
      urls: [
        'javascript:window.harmed=4',
        'data:text/html,<script>window.harmed=5</script>',
        'https://good.example',
      ],
      notes: '<iframe srcdoc="<script>parent.harmed=6</script>"></iframe>',
      tags: ['<b>bold</b>'],
      folder: '<i>x</i>/"onmouseover="window.harmed=7',
      custom: [
        ['<u onclick="window.harmed=8">label</u>', 'url', 'javascript:window.harmed=9', '<h1>section</h1>'],
      ],
      files: [['<img src=x onerror=window.harmed=10>.pdf', 'text/html', 12]],
    }),
    makeItem('\u202Etxt.exe \u0000\u0007 مرحبا שלום 👩‍👩‍👧‍👦', { values: login('a\u202Eb', 'p') }),
    makeItem('W'.repeat(4000), {
      values: login('w'.repeat(4000), 'p'),
      urls: [`https://x.example/${'y'.repeat(3000)}`],
    }),
  ];
}
