import { spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, stat, watch } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createRpcClient, RpcConnectionError } from '@ply/rpc'
import { OPEN_ADDRESS } from './test/openCoins.ts'
import { PlydProcess } from './test/plydProcess.ts'

let folder: string
const running: PlydProcess[] = []
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ply-plyd-'))
})
afterEach(async () => {
  for (const plyd of running.splice(0)) await plyd.kill()
  await rm(folder, { recursive: true, force: true })
})
async function start(name: string, ...args: string[]): Promise<PlydProcess> {
  const plyd = await PlydProcess.start({ folder: join(folder, name), args })
  running.push(plyd)
  return plyd
}

test('a playground has funded accounts and mines by itself', async () => {
  const plyd = await start('a', '--accounts', '3', '--automine', 'on')
  expect(await plyd.call('getblockcount')).toBe(103)
  expect(plyd.config['accounts']).toHaveLength(3)
  expect(plyd.output).toContain('bcrt1qquv9lg5g2r4jkr0ahun0ddfg5xntxjelwjpnuw')
  expect(plyd.output.trimEnd().split('\n').at(-1)).toBe('Ready.')
  expect(await plyd.call('getautomine')).toEqual({ mode: 'transaction' })
})

test('accounts whose funding was cut short are funded at the next start; other chains are left alone', async () => {
  const first = await start('a')
  // As a process leaves it that was killed after the first account's block.
  await first.call('generatetoaddress', 1, 'bcrt1qquv9lg5g2r4jkr0ahun0ddfg5xntxjelwjpnuw')
  await first.stop()
  const second = await start('a', '--accounts', '2')
  expect(await second.call('getblockcount')).toBe(102)
  expect(second.config['accounts']).toHaveLength(2)
  await second.stop()
  const third = await start('a', '--accounts', '3')
  expect(await third.call('getblockcount')).toBe(102)
  expect(third.config['accounts']).toEqual([])
})

test('nothing is answered without credentials', async () => {
  const plyd = await start('a', '--rpcuser', 'alice', '--rpcpassword', 'secret')
  for (const auth of [
    { user: '', password: '' },
    { user: 'alice', password: 'wrong' },
    { user: '__cookie__', password: 'x' },
  ]) {
    const client = createRpcClient({ url: plyd.rpcUrl, auth })
    await expect(client.call('stop')).rejects.toThrow(RpcConnectionError)
    client.close()
  }
  const alice = createRpcClient({ url: plyd.rpcUrl, auth: { user: 'alice', password: 'secret' } })
  expect(await alice.call('getblockcount')).toBe(0)
  alice.close()
  expect((await stat(plyd.cookiePath)).mode & 0o777).toBe(0o600)
})

test('stops cleanly by call and by signal, keeps its data, and leaves no cookie or pid behind', async () => {
  const plyd = await start('a')
  await plyd.call('generatetoaddress', 5, OPEN_ADDRESS)
  const root = join(folder, 'a/data/regtest')
  expect(Number(await readFile(join(root, 'plyd.pid'), 'utf8'))).toBe(plyd.config['pid'])
  expect(await plyd.call('stop')).toBe('Ply stopping')
  expect(await plyd.exited()).toBe(0)
  const left = await readdir(root)
  expect(left).toEqual(
    expect.arrayContaining(['blocks', 'chainstate', 'debug.log', 'indexes', 'mempool.dat', 'wallets']),
  )
  expect(left.filter((name) => ['.cookie', 'plyd.pid', '.lock'].includes(name))).toEqual([])
  expect(await readdir(join(root, 'wallets'))).toEqual([])
  const again = await start('a')
  expect(await again.call('getblockcount')).toBe(5)
  expect(await again.stop()).toBe(0)
  expect(await readFile(join(root, 'debug.log'), 'utf8')).toContain('Shutdown: done')
})

test('a second process on the same data is refused with a reason', async () => {
  await start('a')
  const second = start('a')
  await expect(second).rejects.toThrow(/plyd ended with 1 .*Error: Cannot obtain a lock on directory .*regtest\./s)
})

test('two processes sync blocks over their sockets', async () => {
  const alice = await start('a')
  await alice.call('generatetoaddress', 30, OPEN_ADDRESS)
  const bob = await start('b', '--connect', alice.p2pAddress)
  expect(await bob.call('waitforblockheight', 30, 30_000)).toMatchObject({ height: 30 })
  expect(await bob.call('getbestblockhash')).toBe(await alice.call('getbestblockhash'))
})

test('Lightning nodes answer at their own paths, and come back with their data', async () => {
  const plyd = await start('a', '--ln', 'alice')
  const bob = await plyd.call('startlightning', 'bob')
  expect(await plyd.call('startlightning', 'bob')).toEqual(bob)
  const list = await plyd.call('listlightning')
  expect(list).toHaveLength(2)
  const client = createRpcClient({ url: `${plyd.rpcUrl}/lightning/bob`, auth: { cookiePath: plyd.cookiePath } })
  expect(await client.call('getinfo')).toMatchObject({ id: (bob as { id: string }).id })
  client.close()
  await expect(plyd.call('startlightning', '../x')).rejects.toMatchObject({ code: -8 })
  expect(await plyd.stop()).toBe(0)
  const again = await start('a')
  const ids = (entries: unknown): string[] => (entries as { id: string }[]).map(({ id }) => id).sort()
  expect(ids(await again.call('listlightning'))).toEqual(ids(list))
})

test('one Ctrl-C that comes twice, as under a launcher, still stops cleanly', async () => {
  const plyd = await start('a')
  for (let i = 0; i < 2; i++) process.kill(Number(plyd.config['pid']), 'SIGINT')
  expect(await plyd.exited()).toBe(0)
  expect(await readdir(join(folder, 'a/data/regtest'))).toContain('mempool.dat')
})

test('told to stop while it starts, it leaves nothing behind', async () => {
  const bin = fileURLToPath(new URL('../bin/plyd.js', import.meta.url))
  const args = [bin, '--rpcport', '0', '--port', '0', '--nolisten']
  const child = spawn(process.execPath, args, { env: { ...process.env, TMPDIR: folder }, stdio: 'ignore' })
  const exited = new Promise((resolve) => child.on('exit', (code, signal) => resolve(signal ?? code)))
  for await (const _ of watch(folder)) if ((await readdir(folder)).length > 0) break
  child.kill('SIGTERM')
  expect(await exited).toBe(0)
  expect(await readdir(folder)).toEqual([])
})

test('files are for their owner only', async () => {
  const plyd = await start('a')
  const root = join(folder, 'a/data/regtest')
  await plyd.stop()
  for (const name of await readdir(root)) expect([name, (await stat(join(root, name))).mode & 0o077]).toEqual([name, 0])
})

test('a Lightning node without its seed does not start on its old data', async () => {
  const first = await start('a', '--ln', 'alice')
  expect(await first.stop()).toBe(0)
  await rm(join(folder, 'a/data/regtest/lightning/alice/seed'))
  await expect(start('a')).rejects.toThrow('there is data that needs it')
})
