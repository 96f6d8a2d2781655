import {
  type ChatHistoryItem,
  type ChatWrapper,
  type LlamaModel,
  LlamaText,
  resolveChatWrapper,
  type SpecialToken,
  type SpecialTokensText,
  type Token,
} from 'node-llama-cpp';
import { LlmErrorCode, llmError } from '../../errors.js';
import type { ChatMessage, SharedPrompt } from '../../languageModel.js';

/** The date in the preamble of the Llama 3 templates: fixed, or prompts and scores would change with the day. */
const TEMPLATE_DATE = new Date('2024-07-26T12:00:00Z');
const KNOWLEDGE_DATE = new Date('2023-12-01T00:00:00Z');

type TemplatePart = string | SpecialToken | SpecialTokensText;

/** A place in a template where a text of the caller goes: private-use characters, so no template text has them. */
function marker(index: number): string {
  return `\u{F8F0}\u{F8F1}${index}\u{F8F2}`;
}
const MARKER = /\u{F8F0}\u{F8F1}(\d+)\u{F8F2}/u;

/**
 * Turns conversations into tokens by the model's own template. The template is rendered around place marks and the
 * caller's texts are tokenised apart with special tokens off: `<|eot_id|>` inside a text stays plain text, and the
 * border of a text is always a token border.
 */
export class PromptTokens {
  private readonly wrapper: ChatWrapper;

  constructor(private readonly model: LlamaModel) {
    const wrapper = resolveChatWrapper(model, {
      customWrapperSettings: {
        'llama3.1': { cuttingKnowledgeDate: KNOWLEDGE_DATE, todayDate: TEMPLATE_DATE, noToolInstructions: true },
        'llama3.2-lightweight': {
          cuttingKnowledgeDate: KNOWLEDGE_DATE,
          todayDate: TEMPLATE_DATE,
          noToolInstructions: true,
        },
      },
      warningLogs: false,
    });
    this.wrapper = wrapper;
  }

  get templateName(): string {
    return this.wrapper.wrapperName;
  }

  /** Tokens of plain text that continues a prompt. */
  plain(text: string): Token[] {
    return this.model.tokenize(text, false, 'trimLeadingSpace');
  }

  /** Segments of a conversation with the assistant's turn open: up to the end of the system text, then the rest. */
  conversation(messages: readonly ChatMessage[]): Token[][] {
    if (messages.at(-1)?.role !== 'user') {
      throw llmError(LlmErrorCode.BadRequest, 'the last message of a chat is not by the user', {
        remedy: 'End the messages with what the user said.',
      });
    }
    const rendered = this.render(messages.map(({ role, content }) => ({ role, pieces: [content] })));
    if (messages[0]?.role !== 'system') return [rendered.flat()];
    // The first two pieces are the template's opening and the system text.
    return [rendered.slice(0, 2).flat(), rendered.slice(2).flat()];
  }

  /** Segments of a {@link SharedPrompt}: everything up to the seam, then suffix and the open assistant turn. */
  sharedPrompt(prompt: SharedPrompt): [Token[], Token[]] {
    const turns: Turn[] = [];
    if (prompt.system !== '') turns.push({ role: 'system', pieces: [prompt.system] });
    turns.push({ role: 'user', pieces: [prompt.prefix, prompt.suffix] });
    const rendered = this.render(turns);
    // The last two pieces are the suffix and the template's closing.
    return [rendered.slice(0, -2).flat(), rendered.slice(-2).flat()];
  }

  /** Token lists in order: template, text, template, text, …, template. */
  private render(turns: readonly Turn[]): Token[][] {
    const texts: string[] = [];
    const history: ChatHistoryItem[] = turns.map(({ role, pieces }) => {
      let marked = '';
      for (const piece of pieces) {
        marked += marker(texts.length);
        texts.push(piece);
      }
      if (role === 'assistant') return { type: 'model', response: [marked] };
      return { type: role, text: marked };
    });
    const { contextText } = this.wrapper.generateContextState({
      chatHistory: [...history, { type: 'model', response: [] }],
    });
    return this.tokenise(contextText, texts);
  }

  private tokenise(template: LlamaText, texts: readonly string[]): Token[][] {
    const lists: Token[][] = [];
    let parts: TemplatePart[] = [];
    const flush = (): void => {
      const options = lists.length > 0 ? 'trimLeadingSpace' : undefined;
      lists.push(LlamaText(parts).tokenize(this.model.tokenizer, options));
      parts = [];
    };
    for (const value of template.values) {
      if (typeof value !== 'string') {
        parts.push(value);
        continue;
      }
      // `split` with a capture group alternates plain text and place numbers.
      const split = value.split(MARKER_GLOBAL);
      for (const [at, part] of split.entries()) {
        if (at % 2 === 0) {
          if (part !== '') parts.push(part);
          continue;
        }
        flush();
        const text = texts[Number(part)];
        if (text === undefined) throw templateFailure(this.templateName);
        lists.push(this.plain(text));
      }
    }
    flush();
    if (lists.length !== 2 * texts.length + 1) throw templateFailure(this.templateName);
    this.dropDoubledBeginning(lists[0]);
    return lists;
  }

  /** Some wrappers write the beginning token in front of templates that already start with it. */
  private dropDoubledBeginning(opening: Token[] | undefined): void {
    const bos = this.model.tokens.bos;
    if (opening !== undefined && bos !== null && opening[0] === bos && opening[1] === bos) opening.shift();
  }
}

interface Turn {
  readonly role: ChatMessage['role'];
  readonly pieces: readonly string[];
}

const MARKER_GLOBAL = new RegExp(MARKER.source, 'gu');

function templateFailure(template: string): Error {
  return llmError(
    LlmErrorCode.ModelInvalid,
    `the chat template (${template}) drops or repeats parts of a conversation`,
    {
      remedy: 'Use another model file, or serve this model with llama-server and --model.backend openai.',
    },
  );
}
