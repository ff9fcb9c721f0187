/**
 * Why a password of 12 characters or more is among the first that are tried; null when it is not. Breach lists hold few
 * this long: nearly all are a well-known word or row of keys, repeated or with figures behind it, which the rules below find
 * without a list of millions.
 */
export function commonPasswordFault(password: string): string | null {
  const lower = password.toLowerCase();
  const plain = lower.replace(/[^a-z0-9]/g, '');
  if (new Set(password).size < 5) return 'must not be a few characters over and over';
  // Where most characters are of another script or signs, what is left of them says nothing.
  if (plain.length < 8) return null;
  if (isRepeated(plain)) return 'must not be one word over and over';
  if (isRow(plain)) return 'must not be a row of keys, letters or figures';
  if (isWordsAndFigures(plain) || isWordsAndFigures(unmasked(lower)))
    return 'must not be one of the commonest passwords';
  return null;
}

/** Words that make up the commonest long passwords, English and Indonesian. */
const commonWords = [
  ...['password', 'passw', 'pass', 'word', 'passphrase', 'secret', 'rahasia', 'katasandi', 'sandi', 'kunci'],
  ...['admin', 'administrator', 'root', 'superuser', 'user', 'guest', 'default', 'master', 'test', 'testing'],
  ...['changeme', 'change', 'me', 'please', 'letmein', 'welcome', 'login', 'hello', 'world', 'trustno'],
  ...['qwerty', 'qwertyuiop', 'asdfghjkl', 'asdf', 'zxcvbnm', 'zxcvbn', 'qazwsx', 'qazwsxedc', 'azerty'],
  ...[
    'iloveyou',
    'ilove',
    'love',
    'you',
    'sayang',
    'sayangku',
    'akusayangkamu',
    'aku',
    'kamu',
    'cinta',
    'cintaku',
  ],
  ...[
    'indonesia',
    'jakarta',
    'surabaya',
    'kediri',
    'bandung',
    'bismillah',
    'alhamdulillah',
    'allah',
    'merdeka',
  ],
  ...[
    'dragon',
    'monkey',
    'football',
    'baseball',
    'superman',
    'batman',
    'sunshine',
    'princess',
    'shadow',
    'michael',
  ],
  ...[
    'samsung',
    'google',
    'facebook',
    'whatsapp',
    'computer',
    'internet',
    'my',
    'the',
    'is',
    'abc',
    'abcd',
    'tahan',
  ],
] as const;

const maxFigures = 8;

/** Nothing but such words, with figures between or behind them: "Password1234", "sayang sayang 99", "admin@2024!". */
function isWordsAndFigures(plain: string): boolean {
  if (/^\d+$/.test(plain)) return plain.length < 16;
  const letters = plain.replace(/\d/g, ' ').trim().split(/ +/);
  return plain.length - letters.join('').length <= maxFigures && letters.every(isCommonWords);
}

/** Whether a text can be cut into such words: at each place, whether what comes before it can. */
function isCommonWords(text: string): boolean {
  const canBeCut = [true];
  for (let end = 1; end <= text.length; end++)
    canBeCut[end] = commonWords.some(
      word => canBeCut[end - word.length] && text.slice(0, end).endsWith(word),
    );
  return canBeCut[text.length] === true;
}

/** "p@ssw0rd" as "password". Figures at the end are figures: "password1234" is not "passwordizea". */
function unmasked(lower: string): string {
  const letters: Readonly<Record<string, string>> = {
    ...{ '0': 'o', '1': 'i', '3': 'e', '4': 'a', '5': 's', '7': 't', '@': 'a', $: 's', '!': 'i' },
  };
  const [, head = '', tail = ''] = /^(.*?)([^a-z]*)$/.exec(lower) ?? [];
  return (head.replace(/[^a-z]/g, sign => letters[sign] ?? '') + tail).replace(/[^a-z0-9]/g, '');
}

/** The same piece of up to half its length, two times or more (the last perhaps cut off). */
function isRepeated(plain: string): boolean {
  for (let length = 1; length * 2 <= plain.length; length++) {
    const piece = plain.slice(0, length);
    if (piece.repeat(Math.ceil(plain.length / length)).slice(0, plain.length) === plain) return true;
  }
  return false;
}

const rows = [
  '01234567890123456789',
  'abcdefghijklmnopqrstuvwxyz',
  'qwertyuiopasdfghjklzxcvbnm',
  '1q2w3e4r5t6y7u8i9o0p',
  'qazwsxedcrfvtgbyhnujmikolp',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm',
] as const;
const bothWays = rows.flatMap(row => [row, [...row].reverse().join('')]);

/** Made of at most three runs along such a row: "abcdef123456", "qwertyuiop12", "987654321012". */
function isRow(plain: string): boolean {
  let rest = plain;
  for (let runs = 0; runs < 3 && rest !== ''; runs++) {
    const run = longestRun(rest);
    if (run < 3 && run < rest.length) return false;
    rest = rest.slice(run);
  }
  return rest === '' && plain !== '';
}

function longestRun(text: string): number {
  let length = 1;
  while (length < text.length && bothWays.some(row => row.includes(text.slice(0, length + 1)))) length++;
  return length;
}
