/** The reason with which a call is stopped on the parent's wish. What was evaluated until then stays in the cache. */
export class Cancelled extends Error {}
