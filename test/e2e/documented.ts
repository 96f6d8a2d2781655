/** One command of a document, as words, with the variables that are set when it runs. */
export interface DocumentedCommand {
  readonly file: string;
  readonly line: string;
  readonly words: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

const PROGRAMS = new Set(['bt', 'miner', 'validator', 'migrate']);

/** The `pnpm bt …`, `pnpm miner …`, `pnpm validator …`, `pnpm migrate …` and `npm start …` lines of the shell blocks of a Markdown text. */
export function documentedCommands(file: string, text: string): DocumentedCommand[] {
  const exported: Record<string, string> = {};
  const found: DocumentedCommand[] = [];
  for (const [, body = ''] of text.matchAll(/^```(?:sh|bash)\n([\s\S]*?)^```$/gm)) {
    for (const line of commandLines(body)) {
      const { env, words } = assignments(shellWords(line));
      if (words[0] === 'export') Object.assign(exported, assignments(words.slice(1)).env);
      const command = programOf(words);
      if (command !== null) found.push({ file, line, words: command, env: { ...exported, ...env } });
    }
  }
  return found;
}

/** Commands named inside a line of text, between backticks: their words, flags included, whatever stands for values. */
export function inlineCommands(text: string): readonly (readonly string[])[] {
  const prose = text.replace(/^```[\s\S]*?^```$/gm, '');
  return [...prose.matchAll(/`([^`\n]+)`/g)].flatMap(([, code = '']) => {
    const command = programOf(assignments(shellWords(code)).words);
    return command === null ? [] : [command];
  });
}

/** Lines as a shell sees them: continued lines joined, comments gone, lists of commands taken apart. */
function commandLines(body: string): string[] {
  return body
    .replace(/\\\n\s*/g, ' ')
    .split('\n')
    .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
    .flatMap((line) => line.split(/\s+(?:&&|;|\|)\s+/))
    .filter((line) => line !== '');
}

/** Words of a command up to a redirection; quotes are taken off. */
function shellWords(line: string): string[] {
  const words = [...line.matchAll(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g)].map(([word]) => word.replace(/['"]/g, ''));
  const end = words.findIndex((word) => /^(?:<|>|2>|&)/.test(word));
  return end === -1 ? words : words.slice(0, end);
}

function assignments(words: readonly string[]): { readonly env: Record<string, string>; readonly words: string[] } {
  const env: Record<string, string> = {};
  let at = 0;
  for (; at < words.length; at += 1) {
    const [, name, value] = /^([A-Z][A-Z0-9_]*)=(.*)$/.exec(words[at] ?? '') ?? [];
    if (name === undefined || value === undefined) break;
    env[name] = value;
  }
  return { env, words: words.slice(at) };
}

/** `pnpm bt wallet list` → `bt wallet list`; null for any other program. */
function programOf(words: readonly string[]): readonly string[] | null {
  const [runner, program, ...rest] = words;
  if (runner === 'pnpm' && program !== undefined && PROGRAMS.has(program)) return [program, ...rest];
  if (runner === 'npm' && program === 'start') return ['bt', 'start', ...rest.filter((word) => word !== '--')];
  return null;
}
