import { spawn } from 'node:child_process'

const READY = 'ready'

/** Tells who started this process in the background that it is ready, if somebody waits for that. */
export function tellReady(): void {
  if (!process.connected) return
  // Who waited is gone from now on, and with it where errors went to.
  process.stderr.on('error', () => undefined)
  process.send?.(READY)
  process.disconnect()
}

/**
 * Starts this program again, in the background and on its own. Resolves with the exit code for the process that was
 * called: with `wait`, once the other one is ready, and 1 if it ended before; what went wrong then is shown here.
 */
export function startInBackground(args: readonly string[], wait: boolean): Promise<number> {
  const program = process.argv[1] ?? ''
  // A later option wins.
  const foreground = [...args, '-daemon=0', '-daemonwait=0', '-printtoconsole=0']
  const child = spawn(process.execPath, [...process.execArgv, program, ...foreground], {
    detached: true,
    stdio: wait ? ['ignore', 'ignore', 'pipe', 'ipc'] : 'ignore',
  })
  return new Promise((resolve) => {
    child.once('error', () => resolve(1))
    if (!wait) child.once('spawn', () => resolve(0))
    child.once('message', () => resolve(0))
    child.stderr?.on('data', (words: Buffer) => process.stderr.write(words))
    // Not as soon as it ends: its last words may still be on their way.
    child.once('close', () => {
      if (wait) process.stderr.write('Error during initialization - check debug.log for details\n')
      resolve(1)
    })
  })
}
