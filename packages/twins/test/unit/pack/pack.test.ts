import { canonicalJson, MAX_PACK_BYTES, packProblems, parsePack, parsePackContent } from '@bettertherapy/twins';
import { beforeAll, describe, expect, it } from 'vitest';
import type { TwinPack } from '../../../src/index.js';
import { indra, svg, withChange, withoutVersion } from '../../support/packs.js';

let pack: TwinPack;
beforeAll(async () => {
  pack = await indra();
});

describe('canonicalJson', () => {
  it('gives one text for one value, whatever the order of keys', () => {
    const text = '{"a":[1,{"x":null,"y":"é"}],"b":true}';
    expect(canonicalJson({ b: true, a: [1, { y: 'é', x: null }] })).toBe(text);
    expect(canonicalJson(JSON.parse(text))).toBe(text);
  });

  it.each([[undefined], [Number.NaN], [Number.POSITIVE_INFINITY], [1n], [() => 1]])('refuses %s', (value) => {
    expect(() => canonicalJson({ value })).toThrow(TypeError);
  });
});

describe('a pack', () => {
  it.each<[string, string, unknown, string]>([
    ['an id with a path in it', 'id', '../../etc/passwd', 'lower-case'],
    ['an id that begins with a dash', 'id', '-rf', 'lower-case'],
    ['an id of 65 letters', 'id', 'a'.repeat(65), 'lower-case'],
    ['no version', 'version', undefined, ''],
    ['version 0', 'version', 0, ''],
    ['a blank name', 'name', ' \n ', 'blank'],
    ['a name that turns the text direction', 'name', 'Dr. \u202eurung', 'control'],
    ['a null character', 'systemPrompt', 'You are\u0000 a doctor', 'control'],
    ['half a surrogate pair', 'summary', 'a \ud800 b', 'Unicode'],
    ['a system prompt that is too long', 'systemPrompt', 'a'.repeat(6001), ''],
    ['no scope', 'scope.in', [], ''],
    ['too many starters', 'starters', Array(9).fill('Why?'), ''],
    ['a source from the future', 'knowledge.0.source.year', 3000, ''],
    ['a source address without TLS', 'knowledge.0.source.url', 'http://example.com', 'https'],
    ['a source address that is a script', 'knowledge.0.source.url', 'javascript:alert(1)', 'https'],
    ['two notes of one id', 'knowledge.1.id', 'low-mood-or-depression', 'twice'],
    ['a dialogue with the id of a note', 'dialogues.0.id', 'low-mood-or-depression', 'twice'],
    ['a key that is not known', 'rules.crisis.off', true, ''],
    ['a region that is not known', 'rules.crisis.regions', ['moon'], ''],
    ['a licence without a number in a pack that is no demonstration', 'demonstration', false, 'unless'],
    ['an adapter with a hash that is none', 'adapter', { sha256: 'x', baseModel: 'm', bytes: 1, url: null }, 'hex'],
    ['another schema', 'schema', 2, ''],
  ])('%s is refused with its place', (_name, path, replacement, says) => {
    const changed = withChange(pack, path, replacement);
    expect(() => parsePack(changed)).toThrow(
      expect.objectContaining({
        code: 'TWIN_PACK_INVALID',
        details: expect.objectContaining({
          problems: expect.arrayContaining([
            expect.objectContaining({ message: expect.stringContaining(says), path: expect.any(String) }),
          ]),
        }),
      }),
    );
  });

  it.each<[string, string]>([
    ['a script element', svg('<script>alert(1)</script>')],
    ['an event handler', svg('<circle r="1" onclick="alert(1)"/>')],
    ['a picture from elsewhere', svg('<image href="https://example.com/a.png"/>')],
    ['a use of something elsewhere', svg('<use xlink:href="https://example.com/a.svg#a"/>')],
    ['an address in a fill', svg('<circle r="1" fill="url(https://example.com/a)"/>')],
    ['a style sheet', svg('<style>*{background:url(//example.com)}</style>')],
    ['foreign content', svg('<foreignObject><body/></foreignObject>')],
    ['an entity', svg('<title>&xxe;</title>')],
    ['a tag hidden in text', svg('<title><</title>')],
    ['an attribute without quotes', svg('<circle r=1 onload=alert(1) />')],
    ['a document type', `data:image/svg+xml;base64,${Buffer.from('<!DOCTYPE svg><svg></svg>').toString('base64')}`],
    ['HTML', `data:text/html;base64,${Buffer.from('<p>hello</p>').toString('base64')}`],
    ['an address', 'https://example.com/a.svg'],
    ['a PNG that is none', `data:image/png;base64,${Buffer.from('hello').toString('base64')}`],
    ['a picture beyond the size', svg(`<path d="${'M0 0'.repeat(8000)}"/>`)],
  ])('an avatar with %s is refused', (_name, avatar) => {
    expect(packProblems(withoutVersion({ ...pack, avatar }))).toEqual([expect.objectContaining({ path: 'avatar' })]);
  });

  it('an avatar drawn with shapes and gradients is taken', () => {
    const avatar = svg('<defs><linearGradient id="a"/></defs><circle r="1" fill="url(#a)"/>');
    expect(packProblems(withoutVersion({ ...pack, avatar }))).toEqual([]);
  });

  it('a pack beyond the size is refused though each part is within its own', () => {
    const note = pack.knowledge[0];
    const knowledge = Array.from({ length: 200 }, (_, n) => ({ ...note, id: `n${n}`, text: 'a'.repeat(2000) }));
    const dialogue = { question: 'q', answer: 'a'.repeat(3000) };
    const dialogues = Array.from({ length: 100 }, (_, n) => ({ ...dialogue, id: `d${n}` }));
    const large = { ...withoutVersion(pack), knowledge, dialogues };
    expect(canonicalJson(large).length).toBeGreaterThan(MAX_PACK_BYTES);
    expect(() => parsePackContent(large)).toThrow(expect.objectContaining({ code: 'TWIN_PACK_TOO_LARGE' }));
    expect(packProblems(large)).toEqual([{ path: '', message: expect.stringContaining('limit') }]);
  });

  it('a draft that is not even an object has problems and does not throw', () => {
    for (const draft of [null, 1, 'text', [], {}]) expect(packProblems(draft).length).toBeGreaterThan(0);
  });
});
