const acts: Array<() => Promise<void>> = [];

/** Does something after the last test of the file that runs. */
export const atEnd = (act: () => Promise<void>): void => void acts.push(act);

afterAll(async () => {
  for (const act of acts.splice(0)) await act();
});
