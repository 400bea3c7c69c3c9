/** What suites share that run after one another in one place: each calls the answer once; before the first of them it is opened, after the last it is closed. */
export function shared(open: () => Promise<void>, close: () => Promise<void>): () => void {
  let opened: Promise<void> | undefined;
  let users = 0;
  return () => {
    users++;
    beforeAll(() => (opened ??= open()));
    afterAll(async () => {
      if (--users === 0) await close();
    });
  };
}
