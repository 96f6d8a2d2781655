// Stops and starts the daemon of a release under test, as a process manager does: `control.mjs stop|restart`.
import { spawn } from 'node:child_process';
import { existsSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

const pidFile = process.env.PID_FILE;

function running(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function stop() {
  if (!existsSync(pidFile)) return;
  const pid = Number(readFileSync(pidFile, 'utf8'));
  if (running(pid)) process.kill(pid, 'SIGTERM');
  const endsAt = performance.now() + 10_000;
  while (running(pid)) {
    if (performance.now() > endsAt) throw new Error(`process ${pid} does not end`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  rmSync(pidFile, { force: true });
}

await stop();
if (process.argv[2] === 'restart') {
  const log = openSync(process.env.DAEMON_LOG, 'a');
  const child = spawn(process.execPath, ['dist/daemon.mjs'], { detached: true, stdio: ['ignore', log, log] });
  writeFileSync(pidFile, String(child.pid));
  child.unref();
}
