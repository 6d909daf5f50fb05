import { call, on, type TeamRecoveryView } from '../../../backend';
import { Attempt } from '../../../shared/attempt.svelte';

/** What a team says about recovery, and changes of it. */
export class Recovery {
  /** Absent before the first answer. */
  view = $state.raw<TeamRecoveryView>();
  /** A text to send to somebody, with what it is. */
  text = $state.raw<{ kind: 'card' | 'offer' | 'answer'; text: string }>();
  readonly attempt = new Attempt();
  readonly teamId: string;

  constructor(teamId: string) {
    this.teamId = teamId;
  }

  /** Loads it, again after each change, until the returned function is called. */
  follow(): () => void {
    const load = () => void this.load();
    const stop = [on('items-changed', load), on('sync-changed', load)];
    load();
    return () => stop.forEach((one) => one());
  }

  async load(): Promise<void> {
    this.view = await call('team_recovery', { teamId: this.teamId }).catch(() => this.view);
  }

  /** Chooses the guardians. */
  choose(accounts: string[], threshold: number): Promise<boolean> {
    const request = { team: this.teamId, accounts, threshold };
    return this.attempt.once(async () => (this.view = await call('guardians_set', { request })));
  }

  /** Adds the consent of a member. */
  add(text: string): Promise<boolean> {
    return this.attempt.once(
      async () => (this.view = await call('recovery_card_add', { teamId: this.teamId, text })),
    );
  }

  /** Makes the text with which a member begins on a new computer. */
  offer(account: string): Promise<boolean> {
    return this.attempt.once(async () => {
      this.text = { kind: 'offer', text: await call('recovery_offer', { teamId: this.teamId, account }) };
    });
  }

  /** Copies the text. */
  copy(): Promise<unknown> {
    return call('recovery_text_copy', { text: this.text?.text ?? '' });
  }

  /** Consents, or withdraws that. Throws if it fails. */
  async consent(gives: boolean, password: string): Promise<void> {
    const command = gives ? 'recovery_consent' : 'recovery_withdraw';
    const { text } = await call(command, { teamId: this.teamId, password });
    if (text !== undefined) this.text = { kind: 'card', text };
    await this.load();
  }
}
