import { type ReactNode, useEffect } from 'react';
import { Link, useLocation } from 'wouter';
import { Button } from '../design/Button.js';
import { HelpBand, useHelp } from './help.js';
import { useNotice } from './notice.js';
import { useTheme } from './theme.js';

interface Place {
  readonly to: string;
  readonly label: string;
}
const PLACES: readonly { readonly below: string; readonly places: readonly Place[] }[] = [
  { below: '/studio', places: [{ to: '/studio', label: 'Studio' }] },
  {
    below: '/operator',
    places: [
      { to: '/operator', label: 'Overview' },
      { to: '/operator/rounds', label: 'Rounds' },
      { to: '/operator/leaderboard', label: 'Leaderboard' },
      { to: '/operator/weights', label: 'Weights' },
      { to: '/operator/judge', label: 'Judge' },
      { to: '/operator/refusals', label: 'Refusals' },
      { to: '/operator/charts', label: 'Charts' },
    ],
  },
  {
    below: '/',
    places: [
      { to: '/', label: 'Twins' },
      { to: '/history', label: 'Your conversations' },
    ],
  },
];
const THEME_WORDS = { system: 'as the device', light: 'light', dark: 'dark' } as const;
const THEME_MARKS = { system: '◐', light: '○', dark: '●' } as const;

/** Header, help band, the page, and the footer that says what this is not. */
export function Shell({ children }: { readonly children: ReactNode }): ReactNode {
  const [location] = useLocation();
  const places = PLACES.find(({ below }) => location.startsWith(below))?.places ?? [];
  const { show, shown } = useHelp();
  const [theme, turnTheme] = useTheme();
  // biome-ignore lint/correctness/useExhaustiveDependencies: every new page begins at its top.
  useEffect(() => {
    window.scrollTo(0, 0);
  }, [location]);
  const current = (to: string): boolean =>
    location === to || (to !== '/' && to !== '/operator' && location.startsWith(`${to}/`));
  return (
    <div className="page">
      <a className="button button-main skip" href="#content">
        Skip to the content
      </a>
      <div className="top">
        <header className="masthead masthead-inner">
          <Link href="/" className="brand">
            <Mark /> BetterTherapy
          </Link>
          <nav aria-label="Main">
            {places.map(({ to, label }) => (
              <Link key={to} href={to} aria-current={current(to) ? 'page' : undefined}>
                {label}
              </Link>
            ))}
          </nav>
          <Button kind="alarm" aria-expanded={shown !== null} onClick={() => show(shown === null ? 'asked' : null)}>
            Help now
          </Button>
          <Button
            className="theme-button"
            aria-label={`Colours: ${THEME_WORDS[theme]}. Change`}
            title={`Colours: ${THEME_WORDS[theme]}`}
            onClick={turnTheme}
          >
            <span aria-hidden="true">{THEME_MARKS[theme]}</span>
          </Button>
        </header>
        <HelpBand />
      </div>
      <main id="content" className="content" tabIndex={-1}>
        {children}
      </main>
      <Foot />
    </div>
  );
}

function Foot(): ReactNode {
  const notice = useNotice();
  return (
    <footer className="foot">
      <div className="foot-inner">
        <p>{notice.footer}</p>
        <p className="row">
          <Link href="/">Patients</Link>
          <Link href="/studio">Doctors</Link>
          <Link href="/operator">Operators</Link>
        </p>
      </div>
    </footer>
  );
}

function Mark(): ReactNode {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="9" fill="#0b5a55" />
      <path d="M7 16a6 6 0 0 1 6-6h6a6 6 0 0 1 0 12h-5l-5 4v-5a6 6 0 0 1-2-5Z" fill="#f6f4ee" />
      <path d="M16 12.5v7M12.5 16h7" stroke="#0b5a55" strokeWidth="2.4" strokeLinecap="round" />
    </svg>
  );
}
