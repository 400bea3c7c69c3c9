/** For how long after somebody proved who they are sensitive operations are open, in minutes. The database (`platform.enter`) says the same. */
export const FRESH_MINUTES = 5;
