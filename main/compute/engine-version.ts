/** Raised whenever a number that the engine computes may change; part of every result's address. */
export const ENGINE_VERSION = '2'
