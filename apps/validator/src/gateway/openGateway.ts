import { rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describeError } from '@bettertherapy/core';
import { AdapterFolder } from '@bettertherapy/llm';
import { gatewayPort, VERSION } from '../options.js';
import { webDir } from '../paths.js';
import { chatRoutes } from './chat/chatRoutes.js';
import { modelRoutes } from './chat/modelRoutes.js';
import { evidenceRoutes } from './evidence/evidenceRoutes.js';
import { apiKeyReader, patientReader, type TokenReader } from './http/caller.js';
import { Limits } from './http/limits.js';
import { openApiDocument } from './http/openapi.js';
import { type Route, route } from './http/route.js';
import { openOperator } from './operator/openOperator.js';
import { operatorRoutes } from './operator/routes.js';
import type { GatewayGiven, GatewayParts } from './parts.js';
import { patientRoutes } from './patients/patientRoutes.js';
import { ratingRoutes } from './patients/ratingRoutes.js';
import { sessionRoutes } from './patients/sessionRoutes.js';
import { openRouter } from './route/openRouter.js';
import { GatewayServer } from './server.js';
import { doctorReader } from './studio/access.js';
import { AdapterUploads } from './studio/adapterUploads.js';
import { studioRoutes } from './studio/routes.js';
import { adapterRoutes } from './twins/adapterRoutes.js';
import { packRoutes } from './twins/packRoutes.js';
import { twinRoutes } from './twins/twinRoutes.js';

const DRAIN_MS = 5_000;
/** A key's last use is noted this often at most. */
const TOUCH_EVERY_MS = 60_000;

/** A running gateway. */
export interface Gateway {
  readonly url: string;
  readonly routes: readonly Route[];
  /** Method and pattern of what is really served, for the check of the document. */
  served(): readonly (readonly [method: string, url: string])[];
  close(): Promise<void>;
}

/** Everything the gateway serves, in the order of the document. */
function allRoutes(parts: GatewayParts): Route[] {
  const adapters = openAdapters(parts);
  return [
    ...healthRoutes(parts),
    ...twinRoutes(parts),
    ...packRoutes(parts),
    ...adapterRoutes({ ...parts, adapters }),
    ...modelRoutes(parts),
    ...chatRoutes(parts),
    ...patientRoutes(parts),
    ...sessionRoutes(parts),
    ...ratingRoutes(parts),
    ...evidenceRoutes(parts),
    ...studioRoutes({
      ...parts,
      registry: parts.twins,
      mostTwins: parts.options.gateway.doctorTwins,
      mask: parts.patientJudge.mask,
      adapters: openUploads(parts, adapters),
    }),
    ...operatorRoutes(openOperator(parts)),
  ];
}

/** The folder of adapters; its files are hashed from now on, so that the first miner does not wait for it. */
function openAdapters({ options, clock, log }: GatewayParts): AdapterFolder {
  const dir = adaptersDir(options);
  const adapters = new AdapterFolder({ dirs: [dir, uploadsIn(dir)] }, { clock, log });
  adapters.look(new AbortController().signal).catch((error: unknown) => {
    log.warn('folder of adapters not read', { dir, error: describeError(error) });
  });
  return adapters;
}

function openUploads({ options, twins, clock, log }: GatewayParts, given: AdapterFolder): AdapterUploads {
  const { adapterMib, adapterRoom } = options.gateway;
  const bounds = { mostBytes: adapterMib * 1024 ** 2, roomBytes: adapterRoom * 1024 ** 2 };
  const { catalogue } = twins;
  const wanted = (ids?: readonly string[]) =>
    catalogue.wantedAdapters(ids && catalogue.list().filter(({ id }) => ids.includes(id)));
  const uploads = new AdapterUploads({ dir: uploadsIn(adaptersDir(options)), ...bounds }, { clock, given, wanted });
  uploads.sweep().catch((error: unknown) => {
    log.warn('adapters that nobody wants were not removed', { error: describeError(error) });
  });
  return uploads;
}

function adaptersDir({ gateway, data }: GatewayParts['options']): string {
  return resolve(gateway.adapters ?? join(data.dir, 'adapters'));
}

/** Apart from what the operator put there: files here are removed when no twin names them. */
function uploadsIn(dir: string): string {
  return join(dir, 'uploads');
}

/** Who may come in, by the kind of token they bring. */
function tokenReaders({ store, clock }: GatewayParts): TokenReader[] {
  return [
    apiKeyReader((key) => {
      const row = store.apiKeys.find(key, clock.wallMs());
      if (row) store.apiKeys.touch(row.id, clock.wallMs(), TOUCH_EVERY_MS);
      return row;
    }),
    patientReader((token) => {
      const patient = store.patients.find(token);
      if (patient) store.patients.touch(patient.id, clock.wallMs(), TOUCH_EVERY_MS);
      return patient;
    }),
    doctorReader((token) => store.doctors.byToken(token, clock.wallMs())),
  ];
}

function healthRoutes({ limits }: GatewayParts): Route[] {
  return [
    route(
      {
        method: 'GET',
        url: '/health',
        summary: 'Whether the gateway runs, and how many questions are in progress',
        tag: 'about',
        access: 'public',
        replies: { 200: { description: 'It runs' } },
      },
      () => ({ status: 200, body: { status: 'ok', version: VERSION, running: limits.active } }),
    ),
  ];
}

/** Listens and writes its address to `gateway.url` beside the database; null when it is turned off. @throws CodedError GATEWAY_CANNOT_LISTEN */
export async function openGateway(given: GatewayGiven): Promise<Gateway | null> {
  const { options, clock, log } = given;
  const { gateway } = options;
  const port = gatewayPort(gateway);
  if (port === null) return null;
  const limits = new Limits(
    {
      ratePerMinute: gateway.rate,
      addressRatePerMinute: gateway.addressRate,
      newPatientsPerHour: gateway.newPatients,
      concurrency: gateway.concurrency,
      maxStreams: gateway.maxStreams,
    },
    { clock },
  );
  const router = openRouter(given);
  const parts: GatewayParts = { ...given, limits, router };
  const lost = parts.store.patientAnswers.loseOpen(clock.wallMs());
  if (lost > 0) log.warn('questions cut off by a restart', { lost });
  const server = new GatewayServer(
    {
      host: gateway.host,
      port,
      maxBodyBytes: gateway.maxBodyKib * 1024,
      origins: gateway.origins,
      trustProxy: gateway.trustProxy,
      webDir,
      drainMs: DRAIN_MS,
    },
    {
      clock,
      log,
      limits,
      readers: tokenReaders(parts),
      room: parts.room,
      metrics: parts.metrics,
      refused: (row) => parts.refusals.add({ ...row, where: 'gateway', hotkey: null }),
    },
  );
  const routes = allRoutes(parts);
  const all = [...routes, documentRoute(routes)];
  for (const one of all) server.register(one);
  await server.start();
  const urlFile = join(resolve(options.data.dir), 'gateway.url');
  writeFileSync(urlFile, `${server.url}\n`);
  return {
    url: server.url,
    routes: all,
    served: () => server.served(),
    close: async () => {
      rmSync(urlFile, { force: true });
      await server.close();
      await router.close();
    },
  };
}

function documentRoute(routes: readonly Route[]): Route {
  const made = route(
    {
      method: 'GET',
      url: '/openapi.json',
      summary: 'This document',
      tag: 'about',
      access: 'public',
      replies: { 200: { description: 'OpenAPI 3.1' } },
    },
    () => ({ status: 200, body: document }),
  );
  const document = openApiDocument([...routes, made], { version: VERSION });
  return made;
}
