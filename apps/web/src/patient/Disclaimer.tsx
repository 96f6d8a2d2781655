import { type ReactNode, useState } from 'react';
import { Button } from '../design/Button.js';
import { Trouble } from '../design/Resource.js';
import { useNotice } from '../shell/notice.js';
import { usePatient } from '../shell/session.js';

/** Read before the first message; nothing about the reader is stored before the button. */
export function Disclaimer(): ReactNode {
  const { disclaimer } = useNotice();
  const { accept } = usePatient();
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<Error | null>(null);
  const agree = (): void => {
    setBusy(true);
    setTrouble(null);
    accept().catch((error: Error) => {
      setTrouble(error);
      setBusy(false);
    });
  };
  return (
    <section className="panel stack" aria-labelledby="disclaimer-title">
      <h2 id="disclaimer-title">Before you ask</h2>
      <p className="prose">{disclaimer}</p>
      <p className="prose quiet">
        No name, no e-mail: your conversations belong to a random number in this browser. You can export or delete them
        at any time under “Your conversations”.
      </p>
      {trouble ? <Trouble error={trouble} again={agree} /> : null}
      <div>
        <Button kind="main" busy={busy} onClick={agree}>
          I understand, let me ask
        </Button>
      </div>
    </section>
  );
}
