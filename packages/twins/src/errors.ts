export const TwinErrorCode = {
  /** The persona file is missing or cannot be read. */
  PersonaUnreadable: 'TWIN_PERSONA_UNREADABLE',
  /** The persona file is empty, too long, or not text. */
  PersonaInvalid: 'TWIN_PERSONA_INVALID',
} as const;
export type TwinErrorCode = (typeof TwinErrorCode)[keyof typeof TwinErrorCode];
