import { type ChildProcess, spawn } from 'node:child_process'
import { watch } from 'node:fs/promises'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createRpcClient, type RpcClient } from '@ply/rpc'

const plyd = process.env['PLYD'] ?? fileURLToPath(new URL('../../bin/plyd.js', import.meta.url))
let folder: string
const running: Bitcoind[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ply-bitcoind-'))
})
afterEach(() => {
  for (const each of running.splice(0)) each.child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

/** A port that nobody has now. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}

/** plyd as somebody starts bitcoind. */
class Bitcoind {
  readonly child: ChildProcess
  readonly exited: Promise<number | string | null>
  stderr = ''
  stdout = ''

  constructor(args: readonly string[]) {
    this.child = spawn(process.execPath, [plyd, `-datadir=${folder}`, ...args])
    this.child.stderr!.on('data', (text) => (this.stderr += String(text)))
    this.child.stdout!.on('data', (text) => (this.stdout += String(text)))
    this.exited = new Promise((resolve) => this.child.on('close', (code, signal) => resolve(signal ?? code)))
    running.push(this)
  }

  /** Resolves when the log on the terminal says that it is ready. */
  ready(): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        if (this.stdout.includes('plyd is ready')) resolve()
      }
      this.child.stdout!.on('data', look)
      look()
      void this.exited.then(() => reject(new Error(`ended before it was ready: ${this.stderr}`)))
    })
  }
}

const clientOf = (port: number): RpcClient =>
  createRpcClient({ url: `http://127.0.0.1:${port}`, auth: { cookiePath: join(folder, 'regtest/.cookie') } })

/** Resolves when a file of the network's folder is gone. */
async function gone(name: string): Promise<void> {
  const root = join(folder, 'regtest')
  const changes = watch(root)
  if (!readdirSync(root).includes(name)) return
  for await (const _ of changes) if (!readdirSync(root).includes(name)) return
}

test('a run as bitcoind’s: files, log, quiet streams, exit code', async () => {
  const rpcPort = await freePort()
  writeFileSync(join(folder, 'bitcoin.conf'), `regtest=1\n[regtest]\nrpcport=${rpcPort}\nkeypool=1\nconnect=0\n`)
  const first = new Bitcoind(['-uacomment=me', '-debug'])
  await first.ready()
  const client = clientOf(rpcPort)
  expect(await client.call('getnetworkinfo')).toMatchObject({ subversion: '/Ply:0.1.0(me)/' })
  const root = join(folder, 'regtest')
  expect(readFileSync(join(root, 'bitcoind.pid'), 'utf8')).toBe(`${first.child.pid}\n`)
  expect(readdirSync(join(root, 'wallets'))).toEqual([])
  await client.call('generatetodescriptor', [3, 'raw(51)'])
  expect(await client.call('stop')).toBe('Ply stopping')
  client.close()
  expect([await first.exited, first.stderr]).toEqual([0, ''])
  expect(readFileSync(join(root, 'debug.log'), 'utf8')).toBe(first.stdout)
  expect(readdirSync(root)).not.toContain('.cookie')
  expect(readdirSync(root)).not.toContain('bitcoind.pid')

  const second = new Bitcoind([])
  await second.ready()
  const again = clientOf(rpcPort)
  expect(await again.call('getblockcount')).toBe(3)
  again.close()
  second.child.kill('SIGTERM')
  expect([await second.exited, second.stderr]).toEqual([0, ''])
  const log = readFileSync(join(root, 'debug.log'), 'utf8')
  expect(log.match(/init message: Loading block index…/g)).toHaveLength(2)
  expect(log.match(/Shutdown: done/g)).toHaveLength(2)
})

test('what is wrong is said on stderr, and nothing else', async () => {
  const unknown = new Bitcoind(['-frobnicate'])
  expect([await unknown.exited, unknown.stdout]).toEqual([1, ''])
  expect(unknown.stderr).toBe('Error: Error parsing command line arguments: Invalid parameter -frobnicate\n')
  const pruned = new Bitcoind(['-regtest', '-prune=5'])
  expect(await pruned.exited).toBe(1)
  expect(pruned.stderr).toBe('Error: Prune configured below the minimum of 550 MiB.  Please use a higher number.\n')
})

test('in the background it goes on when the one who called it has ended', async () => {
  const rpcPort = await freePort()
  const caller = new Bitcoind(['-regtest', '-daemonwait', `-rpcport=${rpcPort}`, '-listen=0'])
  expect([await caller.exited, caller.stdout, caller.stderr]).toEqual([0, 'Ply starting\n', ''])
  const another = new Bitcoind(['-regtest', '-daemon'])
  const root = join(folder, 'regtest')
  expect([await another.exited, another.stdout, another.stderr]).toEqual([
    ...[1, ''],
    `Error: Cannot obtain a lock on directory ${root}. Ply is probably already running.\n`,
  ])
  const client = clientOf(rpcPort)
  expect(await client.call('stop')).toBe('Ply stopping')
  client.close()
  await gone('bitcoind.pid')
})

test('who waits for it to be in the background hears why it is not', async () => {
  const port = await freePort()
  // The RPC server takes the port where an onion service would lead to.
  const caller = new Bitcoind(['-regtest', '-daemonwait', `-port=${port - 1}`, `-rpcport=${port}`, '-listenonion=0'])
  expect(await caller.exited).toBe(1)
  expect(caller.stderr.trim().split('\n')).toEqual([
    `Error: Unable to bind to 127.0.0.1:${port} on this computer. Bitcoin Core is probably already running.`,
    'Error: Failed to listen on any port. Use -listen=0 if you want this.',
    'Error during initialization - check debug.log for details',
  ])
})
