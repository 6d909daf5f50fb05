import type { GeneratedView, GeneratorRecipe, StrengthView } from '../types';

const words =
  'amber anchor apple autumn badge bamboo basket beacon birch blanket breeze bridge bronze bucket cabin candle canyon carbon castle cedar circle clover cobalt copper coral cotton crystal daisy delta desert donkey dragon eagle ember falcon feather fennel forest fossil garden ginger glacier granite harbor hazel helmet hollow indigo island ivory jasmine jungle kettle lagoon lantern lemon linen magnet maple marble meadow mirror mosaic nectar needle nickel noble oasis ocean olive orbit orchid otter oyster paddle pebble pepper piano pillow planet pocket prairie quartz quiver rabbit ribbon river rocket saddle saffron salmon silver spruce sunset tactic thunder timber topaz tulip tunnel velvet violet walnut willow window winter zephyr'.split(
    ' ',
  );

const below = (limit: number) => Math.floor(Math.random() * limit);
const one = (from: string) => from.charAt(below(from.length));

/** Generates a password by recipe, with the recipe's entropy. */
export function generate(recipe: GeneratorRecipe): GeneratedView {
  if (recipe.kind === 'pin') {
    const password = Array.from({ length: recipe.length }, () => below(10)).join('');
    return made(password, recipe.length * Math.log2(10));
  }
  if (recipe.kind === 'user_name') {
    const name = Array.from({ length: recipe.words }, () => words[below(words.length)] ?? '').join('.');
    const digits = Array.from({ length: recipe.digits }, () => below(10)).join('');
    return made(name + digits, recipe.words * 12.9 + recipe.digits * 3.32);
  }
  if (recipe.kind === 'words') {
    const separators = { hyphen: '-', space: ' ', dot: '.', underscore: '_', digit: '' };
    const drawn = Array.from({ length: recipe.count }, () => words[below(words.length)] ?? '');
    const cased = recipe.capitalize
      ? drawn.map((word) => word.charAt(0).toUpperCase() + word.slice(1))
      : drawn;
    if (recipe.number) cased[below(cased.length)] += String(below(10));
    const password = cased.reduce((sum, word) =>
      recipe.separator === 'digit' ? sum + below(10) + word : sum + separators[recipe.separator] + word,
    );
    return made(password, recipe.count * 12.92 + (recipe.number ? 4.9 : 0));
  }
  const classes = [
    recipe.lower && 'abcdefghijklmnopqrstuvwxyz',
    recipe.upper && 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
    recipe.digits && '0123456789',
    recipe.symbols && '!#$%&*+-./:;=?@^_~',
  ]
    .filter((letters): letters is string => typeof letters === 'string')
    .map((letters) => (recipe.avoid_ambiguous ? letters.replace(/[0O1lI|]/g, '') : letters));
  const all = classes.join('');
  const letters = [...classes.map(one), ...Array.from({ length: recipe.length }, () => one(all))].slice(
    0,
    recipe.length,
  );
  return made(
    letters.sort(() => Math.random() - 0.5).join(''),
    recipe.length * Math.log2(Math.max(2, all.length)),
  );
}

/** The scale of the program, in bits. */
const scale = [20, 30, 38, 60];
const scoreOf = (bits: number): number => scale.filter((from) => bits >= from).length;

function made(password: string, entropy_bits: number): GeneratedView {
  return { password, entropy_bits, score: scoreOf(entropy_bits) };
}

/** Returns a rough strength, enough to move the meter. */
export function strength(password: string): StrengthView {
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^a-zA-Z\d]/].filter((kind) => kind.test(password)).length;
  const unique = new Set(password).size;
  const bits = Math.min(password.length, unique * 1.6) * (2 + kinds * 0.8);
  const score = scoreOf(bits);
  const warning = password.length < 8 ? 'short' : unique < password.length / 3 ? 'repeat' : undefined;
  return { score, bits, ...(warning ? { warning } : {}), acceptable: score >= 3 };
}
