import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { formatBtc } from '@ply/primitives'
import { createRpcClient, RpcError } from '@ply/rpc'
import type { Setup, Side } from './side.ts'

const START_TIMEOUT_MS = 60_000

async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port is free')
  return address.port
}

function argumentsOf(setup: Setup, folder: string, rpcPort: number): string[] {
  const heights = Object.entries(setup.activation).map(([name, height]) => `-testactivationheight=${name}@${height}`)
  const policy = Object.entries(setup.policy).map(([name, value]) =>
    name.endsWith('fee') ? `-${name}=${formatBtc(BigInt(value))}` : `-${name}=${value}`,
  )
  return [
    '-regtest',
    `-datadir=${folder}`,
    `-rpcport=${rpcPort}`,
    '-rpcbind=127.0.0.1',
    '-rpcallowip=127.0.0.1',
    '-listen=0',
    '-connect=0',
    '-dnsseed=0',
    '-fixedseeds=0',
    '-printtoconsole=0',
    // One more thread beside the main one: script failures come last, as on any machine with two cores.
    '-par=2',
    `-mocktime=${setup.now}`,
    `-acceptnonstdtxn=${setup.requireStandard ? 0 : 1}`,
    // The consistency checks of regtest cost more than everything else together.
    '-checkblockindex=0',
    '-checkmempool=0',
    ...heights,
    ...policy,
    ...(setup.bip94 ? ['-test=bip94'] : []),
  ]
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
}

/** Starts a real bitcoind with a data directory of its own, reachable from this machine only. */
export async function startBitcoind(program: string, setup: Setup): Promise<Side> {
  const folder = await mkdtemp(join(tmpdir(), 'ply-bitcoind-'))
  const rpcPort = await freePort()
  const child = spawn(program, argumentsOf(setup, folder, rpcPort), { stdio: ['ignore', 'ignore', 'pipe'] })
  let complaints = ''
  child.stderr?.on('data', (data) => (complaints += String(data)))
  const cookiePath = join(folder, 'regtest', '.cookie')
  const client = createRpcClient({ url: `http://127.0.0.1:${rpcPort}`, auth: { cookiePath } })
  const deadline = Date.now() + START_TIMEOUT_MS
  for (;;) {
    if (child.exitCode !== null || Date.now() > deadline) throw new Error(`bitcoind did not start: ${complaints}`)
    if (existsSync(cookiePath)) {
      try {
        await client.call('getblockcount')
        break
      } catch {
        // Not listening yet, or still warming up.
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return {
    name: 'bitcoind',
    async call(method, params = []) {
      try {
        return { ok: true, result: await client.call(method, params) }
      } catch (error) {
        if (!(error instanceof RpcError)) throw error
        return { ok: false, code: error.code, message: error.message }
      }
    },
    async stop() {
      await client.call('stop').catch(() => undefined)
      await ended(child)
      client.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
