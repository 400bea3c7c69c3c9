/** Whether everything is tried with everything, as `npm run test:exhaustive` does, or each run a part by which each of them is tried with many. */
export const isExhaustive = process.env['EXHAUSTIVE'] === '1';
