// Preloaded into a process under test: ends it as kill -9 would, the instant it has written a line that matches. The
// write is synchronous and follows the commit it tells of, so nothing of what comes next has begun.
import fs from 'node:fs';
import process from 'node:process';

const pattern = process.env.DIE_AT_LINE ? new RegExp(process.env.DIE_AT_LINE) : null;
const { writeSync } = fs;

fs.writeSync = (fd, data, ...rest) => {
  const written = writeSync(fd, data, ...rest);
  if (pattern?.test(String(data))) process.kill(process.pid, 'SIGKILL');
  return written;
};
