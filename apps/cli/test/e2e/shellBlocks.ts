import { readFileSync } from 'node:fs';

/** The fenced blocks of a Markdown file that are marked `sh`, in order. Blocks marked otherwise are not for running. */
export function shellBlocks(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, body = '']) => body);
}
