/** What `action` gives, or undefined when it fails with one of these error codes; any other failure is thrown. */
export function tryTo<T>(expectedFailures: string | readonly string[], action: () => T): { readonly value: T } | undefined {
  try {
    return { value: action() };
  } catch (error) {
    if (typeof error === 'object' && error !== null && 'code' in error && [expectedFailures].flat().includes(String(error.code)))
      return undefined;
    throw error;
  }
}
