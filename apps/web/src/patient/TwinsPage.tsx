import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { listTwins } from '../api/patient.js';
import type { TwinCard } from '../api/types.js';
import { Badge } from '../design/Notice.js';
import { Loaded, useResource } from '../design/Resource.js';
import { Page } from '../shell/Page.js';
import { Avatar } from './Avatar.js';

/** The first page: whom one can ask. */
export function TwinsPage(): ReactNode {
  const [twins, again] = useResource(listTwins);
  return (
    <Page
      title="Ask a doctor’s twin"
      lead={
        <p>
          Each twin is a program made after one expert’s knowledge and way of speaking. Several computers answer your
          question; you get the best answer, with its sources.
        </p>
      }
    >
      <Loaded of={twins} again={again}>
        {(cards) =>
          cards.length === 0 ? (
            <p className="quiet">No twin is published here yet. A doctor publishes one in the studio.</p>
          ) : (
            <ul className="grid">
              {cards.map((card) => (
                <li key={card.id} className="panel twin-card">
                  <Card card={card} />
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Page>
  );
}

function Card({ card }: { readonly card: TwinCard }): ReactNode {
  return (
    <>
      <Avatar name={card.name} picture={card.avatar} />
      <div>
        <h2>
          <Link className="bare-link" href={`/twins/${encodeURIComponent(card.id)}`}>
            {card.name}
          </Link>
        </h2>
        <p className="quiet">{card.title}</p>
      </div>
      <div className="twin-card-rest stack stack-tight">
        <p>{card.summary}</p>
        <p className="row">
          <Badge tone="good">{card.specialty}</Badge>
          {card.demonstration ? <Badge tone="lamp">Demonstration</Badge> : null}
        </p>
        <p className="small quiet">
          Speaks {card.languages.map(languageName).join(', ')} · {licenceText(card)}
        </p>
      </div>
    </>
  );
}

/** Who licensed the expert; a demonstration stands for nobody who could have a licence. */
export function licenceText({ demonstration, licence }: Pick<TwinCard, 'demonstration' | 'licence'>): string {
  return demonstration
    ? 'no licence: it stands for no real person'
    : `licence ${licence.body}, ${licence.jurisdiction}`;
}

export function languageName(code: string): string {
  try {
    return new Intl.DisplayNames(undefined, { type: 'language' }).of(code) ?? code;
  } catch {
    // A pack may say "Nepali" where a code is expected; then that is the name.
    return code;
  }
}
