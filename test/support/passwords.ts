import { PASSWORD, type GraphqlAnswer, type Person, type World } from './world.js';

/** Another password that the policy accepts. */
export const OTHER_PASSWORD = 'nine herons leave at dusk';

/** What people do with passwords, as they would. */
export class Passwords {
  constructor(private readonly world: World) {}

  change(person: Person, newPassword: string, currentPassword = PASSWORD): Promise<GraphqlAnswer> {
    return this.world.graphql('mutation ($input: ChangePasswordInput!) { changePassword(input: $input) }', { input: { currentPassword, newPassword } }, person.token);
  }

  set(person: Person, newPassword: string): Promise<GraphqlAnswer> {
    return this.world.graphql('mutation ($input: SetPasswordInput!) { setPassword(input: $input) }', { input: { newPassword } }, person.token);
  }

  ask(email: string, headers: Record<string, string> = {}): Promise<GraphqlAnswer> {
    return this.world.graphql('mutation ($input: RequestPasswordResetInput!) { requestPasswordReset(input: $input) }', { input: { email } }, undefined, headers);
  }

  /** Asks for a link and reads the code in the mail that comes, among others that tell of other things. */
  async code(email: string): Promise<string> {
    await this.ask(email);
    for (;;) {
      const { text } = await this.world.mailTo(email);
      if (text.includes('/reset-password#code=')) return codeIn(text);
    }
  }

  reset(code: string, newPassword = OTHER_PASSWORD): Promise<GraphqlAnswer> {
    return this.world.graphql('mutation ($input: ResetPasswordInput!) { resetPassword(input: $input) }', { input: { code, newPassword } });
  }

  /** The code of the error that an attempt to sign in is answered with; undefined when it succeeds. */
  async signIn(email: string, password: string): Promise<string | undefined> {
    const { errors } = await this.world.graphql('mutation ($input: SignInInput!) { signIn(input: $input) { __typename } }', { input: { email, password, client: 'BEARER' } });
    return errors?.[0]?.extensions.code;
  }

  /** How many mails there are, sent or not. */
  async mails(): Promise<number> {
    const [row] = await this.world.sql<{ count: number }>('owner', 'select count(*)::int as count from platform.mails');
    return row!.count;
  }

  /** Makes as if the last link of everybody had been mailed so much earlier. */
  async age(interval: string): Promise<void> {
    await this.world.sql('owner', `update auth.password_resets set asked_at = asked_at - interval '${interval}', expires_at = expires_at - interval '${interval}'`);
  }
}

/** The code of the link in the text of a mail. */
export const codeIn = (text: string): string => /\/reset-password#code=([\w-]{43})\b/.exec(text)![1]!;

/** The code of an answer's first error. */
export const codeOf = ({ errors }: GraphqlAnswer): string | undefined => errors?.[0]?.extensions.code;
