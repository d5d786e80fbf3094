import { spawnSync } from 'node:child_process'

/**
 * Runs pnpm again from inside one of its scripts, whether it is on the PATH or came through npx.
 * Returns the exit code.
 */
export function pnpm(args, options = {}) {
  const entry = process.env.npm_execpath
  const [command, rest] = entry?.includes('pnpm') ? [process.execPath, [entry, ...args]] : ['pnpm', args]
  const env = { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' }
  const result = spawnSync(command, rest, { stdio: 'inherit', env, ...options })
  return result.status ?? 1
}
