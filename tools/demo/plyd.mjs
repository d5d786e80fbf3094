import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { once } from 'node:events'

const running = new Set()

/**
 * Starts a real plyd on free ports of loopback and resolves when it is ready, with what it wrote to --config-out:
 * { rpc, cookie, p2p, lightning: [{ name, id, address }] }.
 */
export async function startPlyd(folder, options) {
  const config = join(folder, 'ready.json')
  const args = [
    'apps/node/bin/plyd.js',
    '--datadir',
    folder,
    '--port',
    '0',
    '--rpcport',
    '0',
    '--ln-port',
    '0',
    '--automine',
    'off',
    '--config-out',
    config,
    ...options,
  ]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  child.stdout.on('data', (data) => (output += data))
  child.stderr.on('data', (data) => (output += data))
  running.add(child)
  child.once('exit', () => running.delete(child))
  await until(`plyd in ${folder} to start`, () => {
    if (child.exitCode !== null) throw new Error(`plyd ended with ${child.exitCode}:\n${output}`)
    return existsSync(config)
  })
  return { ...JSON.parse(readFileSync(config, 'utf8')), folder, child }
}

/** Stops every plyd that was started, cleanly. */
export async function stopAll() {
  await Promise.all(
    [...running].map(async (child) => {
      child.kill('SIGTERM')
      await once(child, 'exit')
    }),
  )
}

/** Asks again and again until the answer is true; gives up after a minute. */
export async function until(what, ask) {
  const deadline = Date.now() + 60_000
  for (;;) {
    const answer = await ask()
    if (answer) return answer
    if (Date.now() > deadline) throw new Error(`waited a minute for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
