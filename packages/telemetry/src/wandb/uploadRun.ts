import { wandb } from '@wandb/sdk';
import { z } from 'zod';
import type { UploadJob } from './messages.js';

type SdkRun = Awaited<ReturnType<typeof wandb.init>>;

/** Parts of the SDK's file stream that its types keep private; the version is pinned. */
interface SdkFileStream {
  readonly lastChunks: { readonly 'wandb-history.jsonl': { offset: number } };
  bufferRecord(record: Readonly<Record<string, { content: string[]; offset?: number }>>): void;
  /** Resolves to the answer whatever its status, or to null where there was none. */
  send(body: SdkBody): Promise<SdkAnswer | null>;
}
interface SdkBody {
  readonly complete?: boolean;
  readonly files?: Readonly<Record<string, { readonly content: readonly string[] }>>;
}
interface SdkAnswer {
  readonly ok: boolean;
  readonly status: number;
  text(): Promise<string>;
}

const HISTORY = 'wandb-history.jsonl';
const upserted = z.object({ upsertBucket: z.object({ bucket: z.object({ name: z.string() }) }) });

/** What was sent at once is more than the server takes. */
export class RequestTooLarge extends Error {}

/**
 * Opens the run (or goes on with it), sends the lines and resolves to the run's address when the server has taken all of
 * them. For a process of its own: the SDK also throws where nobody can catch it.
 */
export async function uploadRun(job: UploadJob): Promise<string> {
  const run = await wandb.init({
    id: job.runId,
    name: job.runName,
    project: job.project,
    entity: job.entity ?? '',
    config: configOf(job),
    settings: { apiKey: job.apiKey, baseUrl: job.baseUrl, silent: true },
  });
  const { sender } = run._messenger;
  if (!sender) throw new Error('the SDK opened no connection');
  await nameRun(run, sender, job);
  // The members exist at run time; the SDK's types declare them private.
  const stream = sender.filestream as unknown as SdkFileStream;
  const taken = watchAnswers(stream);
  // The server keeps history by line number; a new process of the SDK would begin at 0 again and write over it.
  stream.lastChunks[HISTORY].offset = job.offset;
  keepTimes(stream, job);
  job.lines.forEach(({ scalars }, at) => {
    // The SDK writes into what it is given.
    run.log({ ...scalars }, job.offset + at);
  });
  await run.finish(0);
  const { lines, finished } = taken();
  if (lines !== job.lines.length) throw new Error(`the server took ${lines} of ${job.lines.length} lines`);
  if (!finished) throw new Error('the server did not take the end of the upload');
  return run.url();
}

/** wandb's pages read a run's configuration as the Python client writes it: a value in an object of its own. */
function configOf({ config }: UploadJob): Record<string, { value: unknown; desc: null }> {
  return Object.fromEntries(Object.entries(config).map(([name, value]) => [name, { value, desc: null }]));
}

/** Adds what the SDK's `init` leaves out, and checks that the run is there: `init` takes an empty answer for a run. */
async function nameRun(run: SdkRun, sender: NonNullable<SdkRun['_messenger']['sender']>, job: UploadJob) {
  const { project, entity, id: name } = run;
  const notes = job.notes === null ? {} : { notes: job.notes };
  const answer = upserted.safeParse(await sender.api.upsertRun({ name, project, entity, ...notes }));
  if (!answer.success) throw new Error('the server made no run');
}

/** Counts what the server took; the SDK itself looks at no status and drops what was refused. */
function watchAnswers(stream: SdkFileStream): () => { readonly lines: number; readonly finished: boolean } {
  let lines = 0;
  let finished = false;
  const send = stream.send.bind(stream);
  stream.send = async (body) => {
    const answer = await send(body);
    if (!answer) throw new Error('the server gave no answer');
    if (answer.status === 413) throw new RequestTooLarge('the server takes no request as large as this');
    if (!answer.ok) throw new Error(`the server refused lines with status ${answer.status}`);
    if (!isJsonObject(await answer.text())) throw new Error('what answers there is not wandb');
    lines += body.files?.[HISTORY]?.content.length ?? 0;
    finished ||= body.complete === true;
    return answer;
  };
  return () => ({ lines, finished });
}

/** The SDK stamps lines with the time at which they are sent; theirs is the time at which they were made. */
function keepTimes(stream: SdkFileStream, { lines, offset, startedMs }: UploadJob): void {
  const buffer = stream.bufferRecord.bind(stream);
  stream.bufferRecord = (record) => {
    const history = record[HISTORY];
    const line = lines[(history?.offset ?? offset) - offset];
    if (!history || !line) return buffer(record);
    const content = history.content.map((text) =>
      JSON.stringify({
        ...JSON.parse(text),
        _timestamp: line.atMs / 1000,
        _runtime: Math.max(0, line.atMs - startedMs) / 1000,
      }),
    );
    return buffer({ ...record, [HISTORY]: { ...history, content } });
  };
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
