import {
  type InputHTMLAttributes,
  type ReactNode,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
  useId,
} from 'react';

interface Labelled {
  readonly label: string;
  readonly hint?: ReactNode;
  /** What is wrong with it, shown in place. */
  readonly problem?: string | null | undefined;
}

interface Wiring {
  readonly id: string;
  readonly 'aria-describedby'?: string;
  readonly 'aria-invalid'?: true;
}

/** A label, its control, and below it a hint and what is wrong, tied together for screen readers. */
function Field({
  label,
  hint,
  problem,
  children,
}: Labelled & { readonly children: (wiring: Wiring) => ReactNode }): ReactNode {
  const id = useId();
  const described = [hint ? `${id}-hint` : '', problem ? `${id}-problem` : ''].filter(Boolean).join(' ');
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children({
        id,
        ...(described ? { 'aria-describedby': described } : {}),
        ...(problem ? { 'aria-invalid': true as const } : {}),
      })}
      {hint ? (
        <p className="hint" id={`${id}-hint`}>
          {hint}
        </p>
      ) : null}
      {problem ? (
        <p className="problem" id={`${id}-problem`}>
          {problem}
        </p>
      ) : null}
    </div>
  );
}

interface Value {
  readonly value: string;
  readonly onValue: (value: string) => void;
}

/** What every control with text in it is given. */
interface Control extends Wiring {
  readonly className: string;
  readonly value: string;
  readonly onChange: (event: { readonly target: { readonly value: string } }) => void;
}

type Own<Attributes> = Omit<Attributes, 'onChange' | 'value'> & Labelled & Value;

/** A field around a control whose value is text; what is not the field's own goes to the control. */
function TextValue<Rest extends object>({
  given: { label, hint, problem, value, onValue, ...rest },
  children,
}: {
  readonly given: Labelled & Value & Rest;
  readonly children: (control: Omit<Labelled & Value & Rest, keyof Labelled | keyof Value> & Control) => ReactNode;
}): ReactNode {
  return (
    <Field label={label} hint={hint} problem={problem}>
      {(wiring) =>
        children({ ...rest, ...wiring, className: 'input', value, onChange: (event) => onValue(event.target.value) })
      }
    </Field>
  );
}

export function TextField(given: Own<Omit<InputHTMLAttributes<HTMLInputElement>, 'type'>>): ReactNode {
  return <TextValue given={given}>{(control) => <input {...control} />}</TextValue>;
}

export function TextArea(given: Own<TextareaHTMLAttributes<HTMLTextAreaElement>>): ReactNode {
  return <TextValue given={given}>{(control) => <textarea {...control} />}</TextValue>;
}

export function SelectField({
  options,
  ...given
}: Own<SelectHTMLAttributes<HTMLSelectElement>> & {
  readonly options: readonly { readonly value: string; readonly label: string }[];
}): ReactNode {
  return (
    <TextValue given={given}>
      {(control) => (
        <select {...control}>
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </TextValue>
  );
}

export function CheckField({
  label,
  hint,
  checked,
  onChecked,
  disabled = false,
}: {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly checked: boolean;
  readonly onChecked: (checked: boolean) => void;
  readonly disabled?: boolean;
}): ReactNode {
  const id = useId();
  return (
    <div className="check">
      <input
        type="checkbox"
        id={id}
        checked={checked}
        disabled={disabled}
        onChange={(event) => onChecked(event.target.checked)}
        {...(hint ? { 'aria-describedby': `${id}-hint` } : {})}
      />
      <div>
        <label htmlFor={id}>{label}</label>
        {hint ? (
          <p className="hint" id={`${id}-hint`}>
            {hint}
          </p>
        ) : null}
      </div>
    </div>
  );
}
