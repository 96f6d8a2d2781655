/** A terminal where nobody sits: what asks fails the test, and nothing is piped in. */
export const nobody = {
  interactive: false,
  ask: (): Promise<never> => Promise.reject(new Error('nothing is asked')),
  askSecret: (): Promise<never> => Promise.reject(new Error('nothing is asked')),
  readPiped: (): Promise<string> => Promise.resolve(''),
} as const;
