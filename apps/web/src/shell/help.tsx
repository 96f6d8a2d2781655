import { createContext, type ReactNode, useCallback, useContext, useEffect, useId, useMemo, useState } from 'react';
import { readCrisis } from '../api/patient.js';
import type { CrisisPage, Help } from '../api/types.js';
import { Button } from '../design/Button.js';
import { recall, remember } from '../edge/storage.js';

/** Shown when even the gateway is down: help must never depend on it. */
export const BUILT_IN: CrisisPage = {
  regions: ['international'],
  help: {
    region: 'international',
    line: '988 in the US and Canada, 116 123 in the UK and Ireland, or a line from findahelpline.com',
    emergency: 'your local emergency number (911, 112 or 999)',
    text: 'You do not have to carry this alone. Please talk to a person now; if anyone is in danger, call the emergency number.',
  },
};

const EUROPE = 'AT BE BG HR CY CZ DK EE FI FR DE GR HU IT LV LT LU MT NL PL PT RO SK SI ES SE'.split(' ');
/** Help that the rules know, by country. */
const REGIONS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(EUROPE.map((country) => [country, 'eu'])),
  US: 'us',
  CA: 'ca',
  GB: 'uk',
  IE: 'ie',
  AU: 'au',
  NZ: 'nz',
  IN: 'in',
};
const NAMES: Readonly<Record<string, string>> = {
  international: 'International',
  eu: 'European Union',
  uk: 'United Kingdom',
};

interface HelpState {
  readonly region: string;
  readonly setRegion: (region: string) => void;
  readonly page: CrisisPage;
  /** `alarm` when a message spoke of danger, `asked` when the reader opened it, null when closed. */
  readonly shown: 'alarm' | 'asked' | null;
  readonly show: (why: 'asked' | null) => void;
  /** A message spoke of danger: shows the help that the gateway chose for it. */
  readonly alarm: (help: Help) => void;
  readonly about: Help | null;
}

const HelpContext = createContext<HelpState | null>(null);

/** The region that the browser's language hints at; the reader may choose another. */
export function guessRegion(language: string): string {
  const country = language.split('-').at(-1)?.toUpperCase() ?? '';
  return language.includes('-') ? (REGIONS[country] ?? 'international') : 'international';
}

export function regionName(code: string): string {
  return NAMES[code] ?? new Intl.DisplayNames(undefined, { type: 'region' }).of(code.toUpperCase()) ?? code;
}

export function HelpProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const [region, chooseRegion] = useState(() => recall('kept', 'region') ?? guessRegion(navigator.language));
  const [page, setPage] = useState(BUILT_IN);
  const [shown, setShown] = useState<HelpState['shown']>(null);
  const [about, setAbout] = useState<Help | null>(null);
  const show = useCallback((why: 'asked' | null) => {
    setAbout(null);
    setShown(why);
  }, []);
  const alarm = useCallback((help: Help) => {
    setAbout(help);
    setShown('alarm');
  }, []);
  useEffect(() => {
    const stop = new AbortController();
    const load = async (): Promise<void> => {
      const answered = await readCrisis(region, stop.signal).catch(() => readCrisis('international', stop.signal));
      if (!stop.signal.aborted) setPage(answered);
    };
    // Unreachable: the built-in numbers stay.
    load().catch(() => undefined);
    return () => stop.abort();
  }, [region]);
  const setRegion = useCallback((chosen: string) => {
    remember('kept', 'region', chosen);
    setAbout(null);
    chooseRegion(chosen);
  }, []);
  const state = useMemo(
    () => ({ region, setRegion, page, shown, show, alarm, about }),
    [region, setRegion, page, shown, show, alarm, about],
  );
  return <HelpContext value={state}>{children}</HelpContext>;
}

export function useHelp(): HelpState {
  const state = useContext(HelpContext);
  if (!state) throw new Error('useHelp stands outside HelpProvider');
  return state;
}

/** Human help above everything else on the page. Announced at once when a message spoke of danger. */
export function HelpBand(): ReactNode {
  const { shown, show, page, about } = useHelp();
  if (shown === null) return null;
  return (
    <section className="help-band" aria-label="Help from people, now" {...(shown === 'alarm' ? { role: 'alert' } : {})}>
      <div className="help-inner">
        <div className="row row-apart">
          <h2>Please talk to a person now</h2>
          <Button kind="bare" onClick={() => show(null)}>
            Hide
          </Button>
        </div>
        <HelpLines help={about ?? page.help} />
        <RegionChoice />
      </div>
    </section>
  );
}

export function HelpLines({ help }: { readonly help: Help }): ReactNode {
  return (
    <>
      <dl className="help-lines">
        <div>
          <dt>Someone to talk to</dt>
          <dd>{help.line}</dd>
        </div>
        <div>
          <dt>In immediate danger</dt>
          <dd>{help.emergency}</dd>
        </div>
      </dl>
      <p>{help.text}</p>
    </>
  );
}

export function RegionChoice(): ReactNode {
  const { region, setRegion, page } = useHelp();
  const id = useId();
  const codes = page.regions.map((one) => (typeof one === 'string' ? { code: one, name: regionName(one) } : one));
  const known = codes.some(({ code }) => code === region) ? region : page.help.region;
  return (
    <div className="help-region">
      <label htmlFor={id}>Where you are</label>
      <select id={id} className="input" value={known} onChange={(event) => setRegion(event.target.value)}>
        {codes.map(({ code, name }) => (
          <option key={code} value={code}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}
