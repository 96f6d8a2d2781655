import { modelFragment, option } from '@bettertherapy/config';
import { z } from 'zod';
import { jsonFlag } from '../flags.js';

const text = () => z.string().min(1).nullable().default(null);

/** Flags of `pnpm bt preview`. */
export const previewSchema = z.strictObject({
  question: option(text(), {
    help: 'what was asked: words, or an id of the bank or of the evidence; with --from its number or id',
    defaultText: 'none',
  }),
  twin: option(text(), {
    help: "a twin's id or pack file; its languages are those a question may be in",
    defaultText: 'none',
    placeholder: 'id or file',
  }),
  history: option(text(), {
    help: 'JSON list of earlier turns',
    defaultText: 'none',
    placeholder: 'file',
  }),
  answer: option(text(), { help: 'the answer', defaultText: 'what is piped in' }),
  answerFile: option(text(), { help: 'file with the answer', defaultText: 'none', placeholder: 'file' }),
  others: option(text(), {
    help: "JSON list of other miners' answers that arrived earlier",
    defaultText: 'none',
    placeholder: 'file',
  }),
  seconds: option(z.number().min(0).nullable().default(null), {
    help: 'how long the answer takes',
    defaultText: 'every tier is shown',
  }),
  codes: option(z.int().min(1).max(100).default(1), {
    help: 'judge under so many codes of the prompt, to see how far the secret one may move the reward',
  }),
  evidence: option(text(), {
    help: 'evidence whose judge, references and length slope are used',
    defaultText: 'the judge of this release',
    placeholder: 'file or http://…',
  }),
  validator: option(z.url().nullable().default(null), {
    help: "a validator's gateway; its newest evidence is used",
    defaultText: 'none',
    placeholder: 'http://…',
  }),
  from: option(text(), {
    help: 'evidence of which a recorded answer is judged again',
    defaultText: 'none',
    placeholder: 'file or http://…',
  }),
  miner: option(text(), { help: 'hotkey whose answers are judged again', defaultText: 'none', placeholder: 'ss58' }),
  tolerance: option(z.number().min(0).max(1).default(0.01), {
    help: 'how far a reward may be off on other hardware; probabilities five times as far',
  }),
  allowOtherModel: option(z.boolean().default(false), { help: "go on with another judge than the validator's" }),
  model: modelFragment,
  bank: z.strictObject({
    path: option(text(), {
      help: 'question bank, one JSON object a line',
      defaultText: 'the one that comes with this release',
      placeholder: 'file',
    }),
  }),
  json: jsonFlag,
});
export type PreviewOptions = z.output<typeof previewSchema> & {
  /** `--model.name` was given. */
  readonly modelNamed: boolean;
};
