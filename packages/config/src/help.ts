import type { OptionSpec } from './option.js';

interface HelpSubject {
  readonly usage: string;
  readonly summary: string;
  readonly words?: string | undefined;
}

const BUILT_IN_LINES: readonly (readonly [string, string])[] = [
  ['--config <file>', 'JSON file with the names of the flags; weaker than flags and environment'],
  ['--print-config', 'print every value and where it came from, secrets hidden, and leave'],
  ['--print-options', 'print the option table in Markdown and leave'],
  ['--version', 'print the version and leave'],
  ['-h, --help', 'print this and leave'],
];

/** The text of `--help`, grouped by the prefix of the flags. */
export function helpText(subject: HelpSubject, options: readonly OptionSpec[], columns: number): string {
  const lines = [`${subject.usage} [flags]${subject.words === undefined ? '' : ` ${subject.words}`}`, ''];
  lines.push(...wrap(subject.summary, Math.min(columns, 110), ''), '');
  lines.push('Strongest first: flag, environment, .env, --config file, default.', '');
  for (const [group, members] of groups(options)) {
    lines.push(group === '' ? 'general' : group);
    for (const spec of members) lines.push(...optionLines(spec, columns));
    lines.push('');
  }
  lines.push('about this command');
  for (const [flag, text] of BUILT_IN_LINES) lines.push(`  ${flag}`, ...wrap(text, Math.min(columns, 110), '      '));
  return `${lines.join('\n')}\n`;
}

/** A Markdown table: flag, environment, default, what it does. */
export function optionTable(options: readonly OptionSpec[]): string {
  const rows = options.map((spec) => {
    const env = spec.env.map((name) => `\`${name}\``).join(', ');
    const choices = spec.choices === null ? '' : ` (${spec.choices.map((word) => `\`${word}\``).join(', ')})`;
    const cells = [`\`--${spec.flag}\``, env, cellDefault(spec), `${spec.meta.help}${choices}`];
    return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  });
  return ['| Flag | Environment | Default | What it does |', '| --- | --- | --- | --- |', ...rows, ''].join('\n');
}

/** The default as a person reads it; null when there is none. */
function defaultText(spec: OptionSpec): string | null {
  if (spec.meta.defaultText !== undefined) return spec.meta.defaultText;
  const value = spec.defaultValue;
  if (value === undefined || value === null || value === '') return null;
  if (Array.isArray(value)) return value.length === 0 ? null : value.join(',');
  return String(value);
}

function cellDefault(spec: OptionSpec): string {
  if (spec.required) return 'required';
  const text = defaultText(spec);
  return text === null ? '' : `\`${text}\``;
}

function groups(options: readonly OptionSpec[]): Map<string, OptionSpec[]> {
  const byPrefix = new Map<string, OptionSpec[]>();
  for (const spec of options) {
    const dot = spec.flag.indexOf('.');
    const prefix = dot < 0 ? '' : spec.flag.slice(0, dot);
    byPrefix.set(prefix, [...(byPrefix.get(prefix) ?? []), spec]);
  }
  return byPrefix;
}

function optionLines(spec: OptionSpec, columns: number): string[] {
  const value =
    spec.kind === 'boolean' ? '' : ` <${spec.meta.placeholder ?? spec.choices?.join('|') ?? placeholder(spec)}>`;
  const shownDefault = defaultText(spec);
  const notes = [
    spec.required ? 'required' : shownDefault === null ? null : `default ${shownDefault}`,
    `env ${[...spec.env].reverse().join(', ')}`,
  ].filter((note) => note !== null);
  const text = `${spec.meta.help} [${notes.join('; ')}]`;
  return [`  --${spec.flag}${value}`, ...wrap(text, Math.min(columns, 110), '      ')];
}

function placeholder(spec: OptionSpec): string {
  if (spec.kind === 'number') return 'number';
  return spec.kind === 'list' ? 'a,b,…' : 'text';
}

function wrap(text: string, columns: number, indent: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && indent.length + line.length + 1 + word.length > columns) {
      lines.push(indent + line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  lines.push(indent + line);
  return lines;
}
