import { type ReactNode, useState } from 'react';
import type { Draft } from '../api/studioTypes.js';
import { Button } from '../design/Button.js';
import { Badge, Notice } from '../design/Notice.js';
import { Trouble } from '../design/Resource.js';
import { DialoguesStep, KnowledgeStep, RulesStep } from './CardSteps.js';
import { completeDraft, emptyDraft, problemsBelow, STEPS, type StepId } from './draft.js';
import { IdentityStep } from './IdentityStep.js';
import type { StepProps } from './steps.js';
import { PromptStep, ScopeStep, StartersStep, VoiceStep } from './TextSteps.js';
import type { TabProps } from './tab.js';
import { useDraft } from './useDraft.js';

const FORMS: Readonly<Record<StepId, (props: StepProps) => ReactNode>> = {
  identity: IdentityStep,
  scope: ScopeStep,
  voice: VoiceStep,
  prompt: PromptStep,
  starters: StartersStep,
  knowledge: KnowledgeStep,
  dialogues: DialoguesStep,
  rules: RulesStep,
};

/** The draft, step by step; what is wrong stands at its field. */
export function BuildTab({ id, api, twin, onChanged }: TabProps): ReactNode {
  if (twin.draft === null) return <NoDraft id={id} api={api} twin={twin} onChanged={onChanged} />;
  return <Editor api={api} begun={completeDraft(twin.draft, id, twin.name ?? id)} onSaved={onChanged} />;
}

function NoDraft({ id, api, twin, onChanged }: TabProps): ReactNode {
  const [trouble, setTrouble] = useState<Error | null>(null);
  const newest = twin.versions.toSorted((a, b) => b.version - a.version)[0];
  const begin = async (): Promise<void> => {
    await api.saveDraft(twin.newest ?? emptyDraft(id, twin.name ?? id));
    onChanged();
  };
  return (
    <section className="panel stack">
      <p>
        {newest
          ? `There is no draft. A new one begins with the text of version ${newest.version}; published versions never change.`
          : 'There is no draft yet.'}
      </p>
      {trouble ? <Trouble error={trouble} /> : null}
      <div>
        <Button kind="main" onClick={() => begin().catch(setTrouble)}>
          Begin a draft
        </Button>
      </div>
    </section>
  );
}

function Editor({
  api,
  begun,
  onSaved,
}: {
  readonly api: TabProps['api'];
  readonly begun: Draft;
  readonly onSaved: () => void;
}): ReactNode {
  const [step, setStep] = useState<StepId>('identity');
  const { draft, change, save, saving, problems } = useDraft(api, begun, onSaved);
  const at = STEPS.findIndex(({ id }) => id === step);
  const following = STEPS[at + 1];
  const Form = FORMS[step];
  const shown = problems ?? [];
  const whole = shown.filter(({ path }) => path === '');
  return (
    <div className="stack">
      <nav className="steps" aria-label="Steps">
        {STEPS.map(({ id, title, paths }) => (
          <Button key={id} aria-current={id === step ? 'step' : undefined} onClick={() => setStep(id)}>
            {title}
            <Count problems={problemsBelow(shown, paths)} />
          </Button>
        ))}
      </nav>
      {whole.map(({ message }) => (
        <Notice key={message} tone="alarm">
          <p>{message}</p>
        </Notice>
      ))}
      <section className="panel stack" aria-label={STEPS[at]?.title}>
        <h2>{STEPS[at]?.title}</h2>
        <Form draft={draft} problems={shown} change={change} />
      </section>
      <div className="save-bar">
        <Button kind="main" busy={saving === 'busy'} onClick={save}>
          Save draft
        </Button>
        {following ? <Button onClick={() => setStep(following.id)}>Next: {following.title}</Button> : null}
        <p role="status" className="small quiet">
          {saving instanceof Error ? `Not saved: ${saving.message}` : WORDS[saving]}
          {saving === 'saved' && problems !== null ? `, ${openWords(problems.length)}` : ''}
        </p>
      </div>
    </div>
  );
}

const WORDS = { saved: 'Saved', changed: 'Not saved yet', busy: 'Saving…' } as const;

function openWords(count: number): string {
  if (count === 0) return 'nothing is missing';
  return count === 1 ? 'one thing is still missing or wrong' : `${count} things are still missing or wrong`;
}

function Count({ problems }: { readonly problems: number }): ReactNode {
  if (problems === 0) return null;
  return (
    <Badge tone="bad">
      {problems}
      <span className="unseen"> {problems === 1 ? 'problem' : 'problems'}</span>
    </Badge>
  );
}
