/** Strength of a password, as the program measures it. */
export interface Strength {
  score: number;
  bits: number;
  warning?: string;
  acceptable: boolean;
}

/** A new master password, typed twice. */
export class NewPassword {
  value = $state('');
  repeat = $state('');
  shown = $state(false);
  strength = $state.raw<Strength>();

  /** Whether the repetition is not a prefix of the password. */
  differs = $derived(this.repeat !== '' && !this.value.startsWith(this.repeat));
  /** Whether the password is strong enough and both are the same. */
  ready = $derived(this.strength?.acceptable === true && this.value === this.repeat);

  readonly measure: (password: string) => Promise<Strength>;

  constructor(measure: (password: string) => Promise<Strength>) {
    this.measure = measure;
  }

  clear(): void {
    this.value = this.repeat = '';
    this.shown = false;
  }
}
