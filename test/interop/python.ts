/** What `python/v10_dendrite.py` tells of a reply: the fields of the synapse as the Python client left them. */
export interface DendriteOutcome {
  readonly statusCode: number | null;
  readonly statusMessage: string | null;
  readonly axonStatusCode: number | null;
  readonly processSeconds: number | null;
  readonly axonProcessSeconds: number | null;
  readonly axonHotkey: string | null;
  readonly axonVersion: number | null;
  readonly isSuccess: boolean;
  readonly isBlacklist: boolean;
  readonly isTimeout: boolean;
  readonly failedVerification: boolean;
  readonly prompt: string | null;
  readonly requestId: string | null;
  readonly output: string | null;
}

/** An axon as the Python dendrite is told of it. */
export interface PythonTarget {
  readonly ip: string;
  readonly port: number;
  readonly hotkey: string;
}

/** What the `start` of both v10 programs returns. */
export interface Started {
  readonly hotkey: string;
  readonly versions: Readonly<Record<string, string>>;
}

/** Prompts that a tidy client never sends, and that must come through unchanged in both directions. */
export const UNUSUAL_PROMPTS: Readonly<Record<string, string>> = {
  'accents and emoji': 'Ça va? Ich schlafe schlecht 😴 — 我睡不好 🧑🏽‍⚕️',
  'right to left': 'أشعر بالقلق كل ليلة',
  'control characters': 'first line\nsecond\tline\r\n\u0000\u0007\u007f end',
  'line separators': 'before\u2028between\u2029after\u0085end',
  'no-break and zero-width spaces': '\u00a0\u200b\ufeff text \u200d',
  'combining marks and astral planes': 'e\u0301 𝕊𝕝𝕖𝕖𝕡 𐍈',
  'JSON and Python literals': '{"prompt": None, \'output\': "\\\\n"} \\u0041 %s {0}',
  'an empty prompt': '',
};
