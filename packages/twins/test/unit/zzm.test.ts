import * as T from '@bettertherapy/twins';
import { readFileSync } from 'node:fs';
import { it } from 'vitest';
it('m', () => {
  for (const set of (process.env.SETS ?? 'held-out').split(',')) {
    const cs = readFileSync(`packages/twins/test/fixtures/crisis/${set}.jsonl`,'utf8').trim().split('\n').map((l)=>JSON.parse(l));
    const c: any = {};
    for (const x of cs) {
      const conv = (T as any).detectRiskInConversation;
      const f = conv ? conv(x.turns) : T.detectRisk(x.turns.filter((t:any)=>t.role==='user').map((t:any)=>t.content).join('\n'));
      const k = (c[x.class] ??= {n:0,shown:0,crisis:0}); k.n++; if(f.level!=='none')k.shown++; if(f.level==='crisis')k.crisis++;
      const bad = x.class==='benign' ? f.level!=='none' : f.level==='none' || (x.class==='explicit' && (f.level!=='crisis' || !f.kinds.includes(x.kind)));
      if (bad && process.env.SHOW) console.log('BAD', x.id, f.level, f.cues.join(','), '|', x.turns.map((t:any)=>t.content).join(' || '));
    }
    for (const k of Object.keys(c)) console.log('RATE', set, k, JSON.stringify(c[k]), (100*c[k].shown/c[k].n).toFixed(1)+'%');
  }
});
