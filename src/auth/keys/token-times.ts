/** How long an access token lives, in seconds. */
export const ACCESS_TOKEN_SECONDS = 600;

/** How far the clock of the server that made a token may be ahead of ours, in seconds. */
export const CLOCK_LEEWAY_SECONDS = 30;

/** How long a new key is published before it signs, in seconds: by then every server has its file, and whoever keeps a copy of the public keys has asked again. */
export const OVERLAP_SECONDS = 300;

/** How long a copy of the public keys may be kept, in seconds. */
export const PUBLISHED_SECONDS = 60;

/** How often a server looks whether the file of its token keys has changed, in milliseconds. */
export const CHECK_MS = 1_000;
