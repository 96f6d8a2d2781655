import type { ReactNode } from 'react';
import { TextArea } from '../design/Field.js';
import { problemAt } from './draft.js';
import { ListField } from './ListField.js';
import type { StepProps } from './steps.js';

export function ScopeStep({ draft, problems, change }: StepProps): ReactNode {
  const { scope } = draft;
  return (
    <div className="halves">
      <ListField
        label="It speaks about"
        one="Subject"
        values={scope.in}
        path="scope.in"
        problems={problems}
        onValues={(values) => change({ scope: { ...scope, in: values } })}
      />
      <ListField
        label="It does not speak about"
        hint="It says so kindly and where to go instead."
        one="Limit"
        values={scope.out}
        path="scope.out"
        problems={problems}
        onValues={(values) => change({ scope: { ...scope, out: values } })}
      />
    </div>
  );
}

export function VoiceStep({ draft, problems, change }: StepProps): ReactNode {
  const { voice } = draft;
  return (
    <>
      <ListField
        label="Tone"
        hint="Single words: warm, plain, unhurried"
        one="Tone"
        values={voice.tone}
        path="voice.tone"
        problems={problems}
        onValues={(tone) => change({ voice: { ...voice, tone } })}
      />
      <div className="halves">
        <ListField
          label="Do"
          one="Habit"
          values={voice.do}
          path="voice.do"
          problems={problems}
          onValues={(values) => change({ voice: { ...voice, do: values } })}
        />
        <ListField
          label="Never"
          one="Taboo"
          values={voice.dont}
          path="voice.dont"
          problems={problems}
          onValues={(dont) => change({ voice: { ...voice, dont } })}
        />
      </div>
    </>
  );
}

export function PromptStep({ draft, problems, change }: StepProps): ReactNode {
  return (
    <TextArea
      label="What the model is told before every question"
      hint="Say who it is, how it speaks, what it must not do. Crisis help is shown whatever stands here."
      rows={14}
      value={draft.systemPrompt}
      problem={problemAt(problems, 'systemPrompt')}
      onValue={(systemPrompt) => change({ systemPrompt })}
    />
  );
}

export function StartersStep({ draft, problems, change }: StepProps): ReactNode {
  return (
    <ListField
      label="First questions that patients can choose"
      one="Starter"
      values={draft.starters}
      path="starters"
      problems={problems}
      onValues={(starters) => change({ starters })}
    />
  );
}
