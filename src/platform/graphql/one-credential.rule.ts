import { GraphQLError, type ValidationRule } from 'graphql';

/** The mutations that take a credential which could be guessed, or ask for one. */
export const credentialMutations: ReadonlySet<string> = new Set([
  'signIn', 'refreshSession', 'join', 'changePassword', 'requestPasswordReset', 'resetPassword', 'finishSignIn', 'signInWithPasskey', 'stepUp', 'confirmOneTimeCodes', 'registerPasskey',
  'signInWithGoogle', 'joinWithGoogle', 'requestBookingCode', 'holdOnlinePlace',
]);

/** Refuses a document that tries more than one credential, by whatever aliases: one request is one try. */
export const OneCredentialRule: ValidationRule = (context) => {
  let tries = 0;
  return {
    Field(node) {
      if (context.getParentType() !== context.getSchema().getMutationType() || !credentialMutations.has(node.name.value)) return;
      if (++tries === 2) context.reportError(new GraphQLError('A request may try one credential.', { nodes: node }));
    },
  };
};
