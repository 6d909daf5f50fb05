/** Recovery by guardians: in a team, and on a new computer. */
export const guardians = {
  'team.tab.recovery': 'Recovery',
  'recovery.text':
    'Somebody who lost password and Secret Key can get the account back from guardians of the team, if they had consented. It takes several guardians together; the server can do nothing alone, and neither can one of them.',
  'recovery.you': '{name} (you)',
  'recovery.copied': 'The text was copied',

  'recovery.guardians': 'Guardians',
  'recovery.notice':
    'The team “{team}” asks whether its guardians may return your account to you if you lose password and Secret Key. You decide, and can also say no.',
  'recovery.notice.open': 'Look at it…',
  'recovery.guardians.text':
    'Owners and managers can be guardians. Choose at least two, and better one more than are needed.',
  'recovery.guardians.count': 'How many are needed',
  'recovery.guardians.save': 'Save guardians',
  'recovery.guardians.saved': 'The guardians were saved. Members are asked for their consent.',
  'recovery.guardians.are': '{names}. {count} of them are needed.',
  'recovery.guardians.none': 'This team has no guardians. An owner can choose them.',

  'recovery.own': 'Your own account',
  'recovery.own.none': 'You have not consented: guardians cannot open your account.',
  'recovery.own.given': 'You have consented: the guardians can open your account together.',
  'recovery.own.outdated': 'Guardians or keys have changed since you consented. Please consent again.',
  'recovery.own.text':
    'The guardians get your whole account if they act together, also without you. All members of the team see it when a guardian releases a share, and your devices can stop it for seven days.',
  'recovery.give': 'Consent…',
  'recovery.give.yes': 'Consent',
  'recovery.again': 'Consent again…',
  'recovery.give.title': 'Consent to recovery?',
  'recovery.give.text':
    '{count} of these guardians can then open your account together, with everything in it: {names}. You can withdraw it at any time.',
  'recovery.withdraw': 'Withdraw…',
  'recovery.withdraw.yes': 'Withdraw',
  'recovery.withdraw.title': 'Withdraw your consent?',
  'recovery.withdraw.text': 'The guardians can then no longer help you if you lose password and Secret Key.',

  'recovery.members': 'Members',
  'recovery.members.none': 'No other member has consented yet.',
  'recovery.member.none': 'has not consented',
  'recovery.member.given': 'has consented',
  'recovery.member.outdated': 'must consent again',
  'recovery.member.released': 'a guardian has released a share',
  'recovery.help': 'Begin a recovery',
  'recovery.add': 'Consent of a member',
  'recovery.add.hint': 'A member who may only read the team sends you this text.',
  'recovery.add.yes': 'Add',
  'recovery.add.done': 'The consent was added',

  'recovery.card.title': 'Send this text to an owner or manager',
  'recovery.card.text':
    'It takes effect when one of them has added it, under Recovery in the team. It opens nothing by itself.',
  'recovery.card.label': 'Text of the consent',
  'recovery.offer.title': 'Send this text to the member',
  'recovery.offer.text':
    'On the new computer they choose “Get an account back from guardians” and paste it. It opens nothing by itself.',
  'recovery.offer.label': 'Text to begin with',
  'recovery.answer.title': 'Send this answer back',
  'recovery.answer.text': 'Only the computer that asked can read it.',
  'recovery.answer.label': 'Your answer',

  'recovery.request': 'Answer a request',
  'recovery.request.text':
    'Call them, or meet them, in a way that you know. Never take the words from the message that brought the request.',
  'recovery.request.label': 'Request from the new computer',
  'recovery.request.read': 'Read the request',
  'recovery.request.who':
    'This request is for the account of {name}. Who gets enough answers gets the whole account. Be sure that it is this person who is talking to you.',
  'recovery.request.words': 'The eight words that they read to you',
  'recovery.request.words.hint': { one: '{count} of 8 words', other: '{count} of 8 words' },
  'recovery.request.release': 'Release my share',

  'regain.open': 'Get an account back from guardians',
  'regain.title': 'Get an account back',
  'regain.text':
    'If you lost password and Secret Key, and had consented to it in a team, its guardians can return your account to you.',
  'regain.offer': 'Text from a guardian',
  'regain.offer.hint': 'Ask one of the guardians for it: under Recovery in the team, beside your name.',
  'regain.login': 'Login name of your account',
  'regain.begin': 'Begin',
  'regain.request.text':
    'Send this request to the guardians. Then call each of them, and read them the eight words.',
  'regain.request.label': 'Request to the guardians',
  'regain.words': 'Read these words to each guardian',
  'regain.answers': '{answered} of {threshold} guardians have answered.',
  'regain.answer': 'Answer of a guardian',
  'regain.answer.add': 'Add the answer',
  'regain.password': 'The new master password',
  'regain.password.hint': 'The one that you chose when you began here.',
  'regain.step.answered':
    'Enough guardians have answered. Now the new password can be registered at {address}.',
  'regain.step.sending': 'The new password is not registered yet: the server could not be reached.',
  'regain.step.waiting':
    'The new password is registered and takes effect on {time}. Until then your other devices can stop it. Come back to this computer then.',
  'regain.step.effective': 'The new password is in effect. You can set up this computer now.',
  'regain.step.cancelled':
    'A device of the account has stopped the recovery. Nothing was changed. End it here, and ask who did it.',
  'regain.step.superseded':
    'The server has a later registration of this account, or the clock of this computer is slow. Nothing was changed. Check the date, end this and begin again.',
  'regain.step.refused':
    'The server does not take the new password. The login name may be another one. End this and begin again.',
  'regain.register': 'Register the new password',
  'regain.send': 'Try again now',
  'regain.look': 'See whether it is time',
  'regain.join': 'Set up this computer',
  'regain.join.name': 'Name of the profile on this computer',
  'regain.key': 'Show my new Secret Key',
  'regain.key.text':
    'Write it down: you need it together with the new password, also if this computer breaks meanwhile.',
  'regain.key.label': 'New Secret Key',
  'regain.end': 'End this recovery…',
  'regain.end.title': 'End the recovery on this computer?',
  'regain.end.text':
    'Answers of guardians and the new Secret Key are removed from this computer. The account is not changed.',
  'regain.end.yes': 'End it',
} as const;
