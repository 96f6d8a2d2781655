import { type FormEvent, type ReactNode, useState } from 'react';
import type { PatientApi } from '../api/patient.js';
import { Button } from '../design/Button.js';
import { Dialog } from '../design/Dialog.js';
import { SelectField, TextArea } from '../design/Field.js';
import { Notice } from '../design/Notice.js';
import { Trouble } from '../design/Resource.js';

const REPORTS = [
  { value: 'unsafe', label: 'It could harm someone' },
  { value: 'wrong', label: 'It is medically wrong' },
  { value: 'cold', label: 'It is hurtful' },
  { value: 'off_topic', label: 'It does not answer the question' },
];

/** Sends an answer to the twin's doctor, who reads it in the studio. */
export function ReportDialog({
  api,
  answerId,
  onClose,
}: {
  readonly api: PatientApi;
  readonly answerId: string;
  readonly onClose: () => void;
}): ReactNode {
  const [reason, setReason] = useState('unsafe');
  const [text, setText] = useState('');
  const [state, setState] = useState<'writing' | 'busy' | 'sent' | Error>('writing');
  const send = (event: FormEvent): void => {
    event.preventDefault();
    setState('busy');
    api.report(answerId, reason, text.trim()).then(
      () => setState('sent'),
      (error: Error) => setState(error),
    );
  };
  return (
    <Dialog title="Report this answer" onClose={onClose}>
      {state === 'sent' ? (
        <>
          <Notice>
            <p role="status">Thank you. The twin’s doctor will see the question and the answer, not who asked.</p>
          </Notice>
          <div>
            <Button kind="main" onClick={onClose}>
              Close
            </Button>
          </div>
        </>
      ) : (
        <form className="stack" onSubmit={send}>
          <SelectField label="What is wrong?" value={reason} onValue={setReason} options={REPORTS} />
          <TextArea label="Tell the doctor more (optional)" value={text} onValue={setText} maxLength={2000} />
          {state instanceof Error ? <Trouble error={state} /> : null}
          <div className="row">
            <Button kind="main" type="submit" busy={state === 'busy'}>
              Send report
            </Button>
            <Button onClick={onClose}>Cancel</Button>
          </div>
        </form>
      )}
    </Dialog>
  );
}
